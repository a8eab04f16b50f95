import { Tooltip } from "@mantine/core";
import type { ComponentProps } from "react";

import { useShortcut } from "../commands/CommandKeys";
import { WorkIcon, type WorkIconName } from "./icons";
import { Key } from "./Keys";
import classes from "./workspace.module.css";

interface RailButtonProps extends Pick<ComponentProps<"button">, "aria-expanded" | "aria-controls" | "ref"> {
  icon: WorkIconName;
  name: string;
  /** The command that it does, whose key it shows. */
  command?: string;
  pressed?: boolean;
  disabled?: boolean;
  onClick: ComponentProps<"button">["onClick"];
}

export function RailButton({ icon, name, command, pressed, disabled = false, onClick, ...rest }: RailButtonProps) {
  const { shown, aria } = useShortcut(command);
  const label = (
    <>
      {name} {shown === null ? null : <Key>{shown}</Key>}
    </>
  );
  return (
    <Tooltip label={label} position="right">
      <button
        {...rest}
        type="button"
        className={classes.railButton}
        aria-label={name}
        aria-keyshortcuts={aria}
        aria-pressed={pressed}
        aria-disabled={disabled}
        onClick={disabled ? undefined : onClick}
      >
        <WorkIcon name={icon} size={1.25} />
      </button>
    </Tooltip>
  );
}
