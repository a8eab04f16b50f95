import { ActionIcon, TextInput } from "@mantine/core";
import { useState, type KeyboardEvent } from "react";

import { fieldErrors } from "../../../api/errors";
import type { Label } from "../../../api/types";
import { describeError } from "../../data/describeError";
import { t } from "../../i18n";
import { ColorPicker } from "../../labels/ColorPicker";
import { KindSwitch } from "../../labels/KindSwitch";
import { duplicateName } from "../../labels/NewLabel";
import { NumberKey } from "../../labels/NumberKey";
import { Icon } from "../../ui/icons";
import { showToast } from "../../ui/toasts";
import { Attributes } from "./Attributes";
import { draftOf, inputOf } from "./attributeDraft";
import { AttributesToggle } from "./AttributesToggle";
import folds from "./attributes.module.css";
import { inOrder } from "./useAttributeWrites";
import { useLabelWrites } from "./useLabelWrites";
import classes from "../../labels/labels.module.css";

interface Props {
  projectId: number;
  label: Label;
  labels: readonly Label[];
  index: number;
}

/** A name being typed: stored on Enter or when the field is left, taken back on Escape. */
function useName({ label, labels }: Props, store: (name: string) => void) {
  const [draft, setDraft] = useState<string | null>(null);
  const others = labels.filter((other) => other.id !== label.id);
  const name = (draft ?? label.name).trim();
  const taken = duplicateName(name, others);
  const commit = (): void => {
    if (name !== "" && !taken && name !== label.name) store(name);
    if (name === "" || !taken) setDraft(null);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key === "Escape") setDraft(null);
    if (event.key === "Enter") event.currentTarget.blur();
  };
  return { text: draft ?? label.name, setDraft, commit, onKeyDown, problem: taken ? t("label.taken", { name }) : null };
}

/** The row is gone when the answer comes, so what follows hangs on promises and not on the row. */
function useRemove({ projectId, label }: Props) {
  const { add, remove } = useLabelWrites(projectId);
  const { id, name, color, kind } = label;
  const attributes = inOrder(label.attributes).map((attribute) => inputOf(draftOf(attribute)));
  const restore = (): void => {
    add.mutateAsync({ name, color, kind, attributes }).catch((error: unknown) => {
      showToast(describeError(error), { tone: "error" });
    });
  };
  const run = (): void => {
    const deleted = (): void =>
      showToast(t("label.deleted", { label: name }), { action: { label: t("action.undo"), run: restore } });
    remove.mutateAsync(id).then(deleted, () => undefined);
  };
  return { run, error: remove.error, pending: remove.isPending };
}

export function LabelRow(props: Props) {
  const { label, projectId, index } = props;
  const { change } = useLabelWrites(projectId);
  const [opened, setOpened] = useState(false);
  const removal = useRemove(props);
  const name = useName(props, (text) => change.mutate({ id: label.id, name: text }));
  const failure = change.error ?? removal.error;
  const refusal = failure === null ? null : (fieldErrors(failure)["name"] ?? describeError(failure));
  return (
    <>
      <li className={classes.row}>
        <NumberKey index={index} />
        <ColorPicker color={label.color} of={label.name} onChange={(color) => change.mutate({ id: label.id, color })} />
        <TextInput
          className={`${classes.name} ${classes.nameInput}`}
          aria-label={t("label.nameOf", { label: label.name })}
          maxLength={100}
          value={name.text}
          error={name.problem ?? refusal}
          onChange={(event) => name.setDraft(event.currentTarget.value)}
          onBlur={name.commit}
          onKeyDown={name.onKeyDown}
        />
        <AttributesToggle label={label} opened={opened} onToggle={() => setOpened(!opened)} />
        <KindSwitch kind={label.kind} of={label.name} onChange={(kind) => change.mutate({ id: label.id, kind })} />
        <ActionIcon aria-label={t("label.remove", { label: label.name })} loading={removal.pending} onClick={removal.run}>
          <Icon name="trash" size={1} />
        </ActionIcon>
      </li>
      {opened ? (
        <li className={folds.fold}>
          <Attributes projectId={projectId} label={label} manages />
        </li>
      ) : null}
    </>
  );
}
