import { UnstyledButton } from "@mantine/core";

import type { Label } from "../../../api/types";
import { tn } from "../../i18n";
import { Icon } from "../../ui/icons";
import classes from "./attributes.module.css";

interface ToggleProps {
  label: Label;
  opened: boolean;
  onToggle: () => void;
}

/** Opens and folds what a label asks. */
export function AttributesToggle({ label, opened, onToggle }: ToggleProps) {
  const count = label.attributes.length;
  const name = tn("attributes.edit", count, { label: label.name });
  return (
    <UnstyledButton className={classes.toggle} aria-expanded={opened} aria-label={name} onClick={onToggle}>
      {tn("attributes.count", count)}
      <span className={opened ? classes.down : undefined}>
        <Icon name="chevronRight" size={0.8125} />
      </span>
    </UnstyledButton>
  );
}
