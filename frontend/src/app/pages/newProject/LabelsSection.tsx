import { ActionIcon, TextInput } from "@mantine/core";

import type { LabelInput } from "../../../api/types";
import { t } from "../../i18n";
import { ColorPicker } from "../../labels/ColorPicker";
import { KindSwitch } from "../../labels/KindSwitch";
import { duplicateName, NewLabel } from "../../labels/NewLabel";
import { Icon } from "../../ui/icons";
import rows from "../../labels/labels.module.css";
import classes from "./newProject.module.css";

interface RowProps {
  label: LabelInput;
  others: readonly LabelInput[];
  onChange: (label: LabelInput) => void;
  onRemove: () => void;
}

function DraftRow({ label, others, onChange, onRemove }: RowProps) {
  const problem = label.name.trim() === ""
    ? t("label.needsName")
    : duplicateName(label.name, others)
      ? t("label.taken", { name: label.name.trim() })
      : null;
  return (
    <li className={rows.row}>
      <ColorPicker color={label.color} of={label.name} onChange={(color) => onChange({ ...label, color })} />
      <TextInput
        className={`${rows.name} ${rows.nameInput}`}
        aria-label={t("label.nameOf", { label: label.name })}
        maxLength={100}
        value={label.name}
        error={problem}
        onChange={(event) => onChange({ ...label, name: event.currentTarget.value })}
      />
      <KindSwitch kind={label.kind} of={label.name} onChange={(kind) => onChange({ ...label, kind })} />
      <ActionIcon aria-label={t("label.remove", { label: label.name })} onClick={onRemove}>
        <Icon name="trash" size={1} />
      </ActionIcon>
    </li>
  );
}

interface Props {
  labels: readonly LabelInput[];
  onChange: (labels: LabelInput[]) => void;
}

/** Labels of a project that does not exist yet: kept here until it does. */
export function LabelsSection({ labels, onChange }: Props) {
  const without = (index: number): LabelInput[] => labels.filter((_, other) => other !== index);
  return (
    <>
      <div className={classes.labelBox}>
        <ul className={rows.rows}>
          {labels.map((label, index) => (
            <DraftRow
              key={index}
              label={label}
              others={without(index)}
              onChange={(changed) => onChange(labels.map((old, other) => (other === index ? changed : old)))}
              onRemove={() => onChange(without(index))}
            />
          ))}
        </ul>
        <NewLabel existing={labels} onAdd={(label) => onChange([...labels, label])} />
      </div>
      <p className={rows.hint}>{t("label.kindHint")}</p>
    </>
  );
}

/** True when every label has a name of its own. */
export function labelsAreReady(labels: readonly LabelInput[]): boolean {
  const names = labels.map((label) => label.name.trim().toLowerCase());
  return names.every((name) => name !== "") && new Set(names).size === names.length;
}
