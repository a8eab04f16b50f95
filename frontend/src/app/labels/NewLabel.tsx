import { Button, TextInput } from "@mantine/core";
import { useRef, useState, type SyntheticEvent } from "react";

import type { LabelInput, LabelKind } from "../../api/types";
import { t } from "../i18n";
import { nextColor } from "../theme/palette";
import { ColorPicker } from "./ColorPicker";
import { KindSwitch } from "./KindSwitch";
import classes from "./labels.module.css";

interface Props {
  existing: readonly LabelInput[];
  /** Resolves when the label is stored, or throws; the text stays until then. */
  onAdd: (label: LabelInput) => Promise<void> | void;
  error?: string | null;
}

export function duplicateName(name: string, existing: readonly LabelInput[]): boolean {
  return existing.some((label) => label.name.toLowerCase() === name.trim().toLowerCase());
}

/** What is typed, and storing it; afterwards the line is ready for the next label. */
function useNewLabel({ existing, onAdd }: Props) {
  const [name, setName] = useState("");
  const [kind, setKind] = useState<LabelKind>("thing");
  const [ownColor, setOwnColor] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const color = ownColor ?? nextColor(existing.map((label) => label.color));
  const taken = duplicateName(name, existing);

  const add = async (): Promise<void> => {
    if (name.trim() === "" || taken || busy) return;
    setBusy(true);
    try {
      await onAdd({ name: name.trim(), color, kind });
      setName("");
      setOwnColor(null);
    } catch {
      // Whoever stores it shows why, and the text stays for another try.
    } finally {
      setBusy(false);
    }
  };
  return { name, setName, kind, setKind, color, setOwnColor, taken, busy, add };
}

/** One line that adds a label and is ready for the next. */
export function NewLabel(props: Props) {
  const { name, setName, kind, setKind, color, setOwnColor, taken, busy, add } = useNewLabel(props);
  const input = useRef<HTMLInputElement>(null);
  const of = name === "" ? t("label.new") : name;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    input.current?.focus();
    void add();
  };
  return (
    <form className={classes.row} data-new="true" onSubmit={submit}>
      <ColorPicker color={color} of={of} onChange={setOwnColor} />
      <TextInput
        ref={input}
        className={classes.name}
        aria-label={t("label.newName")}
        placeholder={t("label.newPlaceholder")}
        maxLength={100}
        value={name}
        error={taken ? t("label.taken", { name: name.trim() }) : props.error}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <KindSwitch kind={kind} of={of} onChange={setKind} />
      <Button type="submit" variant="default" size="xs" h="2rem" loading={busy}>
        {t("label.add")}
      </Button>
    </form>
  );
}
