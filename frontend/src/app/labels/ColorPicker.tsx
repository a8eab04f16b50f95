import { Popover, TextInput, UnstyledButton } from "@mantine/core";
import { useState } from "react";

import { t } from "../i18n";
import { PALETTE, parseHex, visibleOnBothThemes } from "../theme/palette";
import { Icon } from "../ui/icons";
import classes from "./labels.module.css";

interface Props {
  color: string;
  /** Whose colour it is, for those who cannot see which row the button stands in. */
  of: string;
  onChange: (color: string) => void;
}

export function colorName(color: string): string {
  const known = PALETTE.find((entry) => entry.color === color.toLowerCase());
  return known === undefined ? color : t(`color.${known.name}`);
}

function Swatches({ color, onPick }: { color: string; onPick: (color: string) => void }) {
  return (
    <div className={classes.swatches}>
      {PALETTE.map((entry) => {
        const chosen = entry.color === color.toLowerCase();
        return (
          <UnstyledButton
            key={entry.name}
            aria-label={t(`color.${entry.name}`)}
            aria-pressed={chosen}
            title={t(`color.${entry.name}`)}
            className={classes.swatch}
            style={{ background: entry.color }}
            onClick={() => onPick(entry.color)}
          >
            {chosen ? <Icon name="check" size={0.875} /> : null}
          </UnstyledButton>
        );
      })}
    </div>
  );
}

/** A colour of one's own is allowed when it can be seen on both grounds. */
function OwnColor({ color, onPick }: { color: string; onPick: (color: string) => void }) {
  const [text, setText] = useState(color);
  const value = text.startsWith("#") ? text : `#${text}`;
  const problem = parseHex(value) === null ? t("color.notHex") : visibleOnBothThemes(value) ? null : t("color.tooFaint");
  const pick = (): void => (problem === null ? onPick(value.toLowerCase()) : undefined);
  return (
    <TextInput
      size="xs"
      label={t("color.own")}
      value={text}
      error={problem}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => (value.toLowerCase() === color.toLowerCase() ? undefined : pick())}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        pick();
      }}
    />
  );
}

/** A swatch that opens the palette. */
export function ColorPicker({ color, of, onChange }: Props) {
  const [opened, setOpened] = useState(false);
  const pick = (picked: string): void => {
    setOpened(false);
    if (picked !== color) onChange(picked);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus shadow="md" radius="lg">
      <Popover.Target>
        <UnstyledButton
          className={classes.color}
          style={{ "--label": color }}
          aria-label={t("color.change", { label: of, color: colorName(color) })}
          onClick={() => setOpened((before) => !before)}
        />
      </Popover.Target>
      <Popover.Dropdown className={classes.palette}>
        <Swatches color={color} onPick={pick} />
        <OwnColor color={color} onPick={pick} />
      </Popover.Dropdown>
    </Popover>
  );
}
