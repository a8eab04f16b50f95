import { Button, Checkbox, Chip, Textarea } from "@mantine/core";
import { useState, type FormEvent, type KeyboardEvent } from "react";

import type { MarkReason, SkipInput } from "../../../api/taskCalls";
import { t } from "../../i18n";
import classes from "./task.module.css";

export const MARK_REASONS: readonly MarkReason[] = ["nothing_to_label", "unclear", "bad_image", "other"];

interface Props {
  title: string;
  why: string;
  send: string;
  /** A question more: shall an admin look at it, too? */
  mayFlag?: boolean;
  busy: boolean;
  problem: string | null;
  onSend: (input: SkipInput) => void;
}

/** A reason, and words about it where the reason alone says too little. */
export function ReasonForm({ title, why, send, mayFlag = false, busy, problem, onSend }: Props) {
  const [reason, setReason] = useState<MarkReason | null>(null);
  const [text, setText] = useState("");
  const [flag, setFlag] = useState(false);
  const [asked, setAsked] = useState(false);
  const words = text.trim();
  const silent = reason === "other" && words === "";
  const submit = (event: FormEvent | KeyboardEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (reason !== null && !silent && !busy) onSend({ reason, text: words, flag });
  };
  const byKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event);
  };
  const note = asked && silent ? t("task.noteNeeded") : null;
  return (
    <form className={classes.form} onSubmit={submit} onKeyDown={byKey}>
      <div>
        <h2>{title}</h2>
        <p>{why}</p>
      </div>
      <Reasons value={reason} onChange={setReason} />
      <Note text={text} onText={setText} error={note} />
      {mayFlag ? (
        <Checkbox label={t("task.skipFlag")} checked={flag} onChange={(event) => setFlag(event.currentTarget.checked)} />
      ) : null}
      <Problem text={problem} />
      <Button type="submit" size="xs" loading={busy} disabled={reason === null}>
        {send}
      </Button>
    </form>
  );
}

function Note({ text, onText, error }: { text: string; onText: (text: string) => void; error: string | null }) {
  return (
    <Textarea
      label={t("task.note")}
      value={text}
      error={error}
      onChange={(event) => onText(event.currentTarget.value)}
      autosize
      minRows={2}
      maxRows={6}
      maxLength={1000}
    />
  );
}

export function Problem({ text }: { text: string | null }) {
  if (text === null) return null;
  return (
    <p role="alert" className={classes.problem}>
      {text}
    </p>
  );
}

function Reasons({ value, onChange }: { value: MarkReason | null; onChange: (reason: MarkReason) => void }) {
  const choose = (chosen: string | null): void => {
    const reason = MARK_REASONS.find((each) => each === chosen);
    if (reason !== undefined) onChange(reason);
  };
  return (
    <Chip.Group value={value} onChange={choose}>
      <div role="radiogroup" aria-label={t("task.reason")} className={classes.chips}>
        {MARK_REASONS.map((reason, index) => (
          <Chip key={reason} value={reason} size="sm" {...(index === 0 ? { "data-autofocus": true } : {})}>
            {t(`task.reason.${reason}`)}
          </Chip>
        ))}
      </div>
    </Chip.Group>
  );
}
