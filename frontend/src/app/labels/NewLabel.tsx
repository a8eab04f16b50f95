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

/** One line that adds a label and is ready for the next. */
export function NewLabel({ existing, onAdd, error = null }: Props) {
  const [name, setName] = useState("");
  const [kind, setKind] = useState<LabelKind>("thing");
  const [ownColor, setOwnColor] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const color = ownColor ?? nextColor(existing.map((label) => label.color));
  const taken = duplicateName(name, existing);

  const add = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    event.stopPropagation();
    input.current?.focus();
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

  return (
    <form className={classes.row} data-new="true" onSubmit={(event) => void add(event)}>
      <ColorPicker color={color} of={name === "" ? t("label.new") : name} onChange={setOwnColor} />
      <TextInput
        ref={input}
        className={classes.name}
        aria-label={t("label.newName")}
        placeholder={t("label.newPlaceholder")}
        maxLength={100}
        value={name}
        error={taken ? t("label.taken", { name: name.trim() }) : error}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <KindSwitch kind={kind} of={name === "" ? t("label.new") : name} onChange={setKind} />
      <Button type="submit" variant="default" size="xs" h="2rem" loading={busy}>
        {t("label.add")}
      </Button>
    </form>
  );
}
