import { Button, Checkbox, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";

import { describeError } from "../../data/describeError";
import { t } from "../../i18n";
import { BLANK, choicesOf, KINDS, problemsOf, type Draft, type Kind, type Problems } from "./attributeDraft";
import classes from "./attributes.module.css";
import { LostAnswers } from "./LostAnswers";
import { answersLost } from "./useAttributeWrites";

interface FormProps {
  /** Null for a new one. */
  start: Draft | null;
  /** Rejects with the server's error; `confirm` is the number of answers that may be lost. */
  store: (draft: Draft, confirm: number | null) => Promise<unknown>;
  onDone: () => void;
}

/** One attempt to store a draft, and what came of the last. */
function useStoring({ store, onDone }: FormProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (draft: Draft, confirm: number | null): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await store(draft, confirm);
      onDone();
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return { busy, error, run, forget: () => setError(null) };
}

/** Writes down what a label asks. */
export function AttributeForm(props: FormProps) {
  const { start, onDone } = props;
  const [draft, setDraft] = useState(start ?? BLANK);
  const [tried, setTried] = useState(false);
  const { busy, error, run, forget } = useStoring(props);
  const problems = tried ? problemsOf(draft) : {};
  const lost = answersLost(error);
  const set = (change: Partial<Draft>): void => setDraft({ ...draft, ...change });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(problemsOf(draft)).length === 0) void run(draft, null);
  };
  return (
    <form className={classes.form} onSubmit={submit} aria-label={start === null ? t("attributes.new") : t("attributes.change", { name: start.name })}>
      <Head draft={draft} problems={problems} set={set} isNew={start === null} />
      <KindFields draft={draft} problems={problems} set={set} />
      <Checkbox size="xs" label={t("attributes.required")} checked={draft.required} onChange={(event) => set({ required: event.currentTarget.checked })} />
      {error !== null && lost === null ? (
        <p role="alert" className={classes.problem}>
          {describeError(error)}
        </p>
      ) : null}
      {lost === null ? (
        <Buttons isNew={start === null} busy={busy} onCancel={onDone} />
      ) : (
        <LostAnswers what="change" name={start?.name ?? ""} count={lost} onLose={() => void run(draft, lost)} onKeep={forget} />
      )}
    </form>
  );
}

function Buttons({ isNew, busy, onCancel }: { isNew: boolean; busy: boolean; onCancel: () => void }) {
  return (
    <div className={classes.buttons}>
      <Button type="submit" size="xs" loading={busy}>
        {t(isNew ? "attributes.add" : "attributes.save")}
      </Button>
      <Button size="xs" variant="default" onClick={onCancel}>
        {t("attributes.cancel")}
      </Button>
    </div>
  );
}

interface FieldsProps {
  draft: Draft;
  problems: Problems;
  set: (change: Partial<Draft>) => void;
}

/** The kind of one that is there already never changes: its answers are of that kind. */
function Head({ draft, problems, set, isNew }: FieldsProps & { isNew: boolean }) {
  return (
    <div className={classes.pair}>
      <TextInput
        autoFocus
        size="xs"
        label={t("attributes.name")}
        maxLength={100}
        value={draft.name}
        error={problems.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
      />
      <NativeSelect
        size="xs"
        label={t("attributes.kind")}
        disabled={!isNew}
        value={draft.kind}
        data={KINDS.map((kind) => ({ value: kind, label: t(`attributes.kind.${kind}`) }))}
        onChange={(event) => set({ kind: event.currentTarget.value as Kind, usual: "" })}
      />
    </div>
  );
}

function KindFields({ draft, problems, set }: FieldsProps) {
  return (
    <>
      {draft.kind === "choice" ? (
        <Textarea size="xs" autosize minRows={2} maxRows={10} label={t("attributes.choices")} value={draft.choices} onChange={(event) => set({ choices: event.currentTarget.value })} />
      ) : null}
      {draft.kind === "number" ? (
        <div className={classes.pair}>
          {(["min", "max"] as const).map((field) => (
            <TextInput key={field} size="xs" inputMode="decimal" label={t(`attributes.${field}`)} value={draft[field]} error={problems[field]} onChange={(event) => set({ [field]: event.currentTarget.value })} />
          ))}
        </div>
      ) : null}
      <Usual draft={draft} problems={problems} set={set} />
    </>
  );
}

/** What a new object answers by itself. */
function Usual({ draft, problems, set }: FieldsProps) {
  const label = t("attributes.default");
  const none = { value: "", label: t("attributes.noDefault") };
  if (draft.kind === "text" || draft.kind === "number") {
    return <TextInput size="xs" label={label} value={draft.usual} error={problems.usual} onChange={(event) => set({ usual: event.currentTarget.value })} />;
  }
  const yesNo = [{ value: "true", label: t("objects.yes") }, { value: "false", label: t("objects.no") }];
  const data = draft.kind === "yes_no" ? [none, ...yesNo] : [none, ...new Set(choicesOf(draft))];
  return <NativeSelect size="xs" label={label} value={draft.usual} data={data} onChange={(event) => set({ usual: event.currentTarget.value })} />;
}
