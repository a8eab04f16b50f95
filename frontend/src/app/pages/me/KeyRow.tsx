import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";

import { isUsual, keysOf } from "../../commands/bindings";
import type { CommandInfo } from "../../commands/command";
import { shownKey } from "../../commands/shownKeys";
import { t } from "../../i18n";
import { Key } from "../../workspace/Keys";
import type { Rebinding } from "./useRebinding";
import classes from "./me.module.css";

interface KeyRowProps {
  command: CommandInfo;
  rebinding: Rebinding;
}

/** One command, its keys, and how to change them. */
export function KeyRow({ command, rebinding }: KeyRowProps) {
  const { chosen, waiting } = rebinding;
  const name = t(command.name);
  const usual = isUsual(command, chosen);
  const mine = waiting?.command.id === command.id ? waiting : null;
  return (
    <>
      <tr data-changed={!usual}>
        <th scope="row">{name}</th>
        <td>
          <Keys keys={keysOf(command, chosen)} />
        </td>
        <td className={classes.actions}>
          {command.fixed === true ? (
            <span className={classes.quiet}>{t("me.fixed")}</span>
          ) : (
            <>
              {usual ? null : (
                <Button variant="subtle" size="compact-sm" aria-label={t("me.resetOf", { name })} onClick={() => rebinding.reset(command)}>
                  {t("me.reset")}
                </Button>
              )}
              <ChangeButton command={command} name={name} rebinding={rebinding} pressing={mine !== null && mine.clash === null} />
            </>
          )}
        </td>
      </tr>
      {mine === null || (mine.clash === null && mine.problem === null) ? null : <Answer rebinding={rebinding} />}
    </>
  );
}

function Keys({ keys }: { keys: readonly string[] }) {
  if (keys.length === 0) return <span className={classes.quiet}>{t("me.noKey")}</span>;
  return (
    <span className={classes.keys}>
      {keys.map((key) => (
        <Key key={key}>{shownKey(key)}</Key>
      ))}
    </span>
  );
}

interface ChangeButtonProps extends KeyRowProps {
  name: string;
  pressing: boolean;
}

/** While it waits, every key goes to it; Escape and Tab end the waiting. */
function ChangeButton({ command, name, rebinding, pressing }: ChangeButtonProps) {
  const label = pressing ? t("me.pressKeyLong", { name }) : t("me.changeOf", { name });
  return (
    <Button
      variant={pressing ? "filled" : "default"}
      size="compact-sm"
      aria-label={label}
      onClick={() => (pressing ? rebinding.leave() : rebinding.wait(command))}
      onKeyDown={(event) => {
        if (pressing) rebinding.take(event.nativeEvent);
      }}
      onBlur={() => {
        if (pressing) rebinding.leave();
      }}
    >
      {pressing ? t("me.pressKey") : t("me.change")}
    </Button>
  );
}

/** What stands in the way of a key, and what to do about it. */
function Answer({ rebinding }: { rebinding: Rebinding }) {
  const { waiting, replace, leave } = rebinding;
  const first = useRef<HTMLButtonElement>(null);
  const clash = waiting?.clash ?? null;
  useEffect(() => {
    if (clash !== null) first.current?.focus();
  }, [clash]);
  if (waiting === null) return null;
  return (
    <tr>
      <td colSpan={3} className={classes.answer}>
        <span role="alert">{waiting.problem ?? clash?.text}</span>
        {clash === null ? null : (
          <span className={classes.actions}>
            <Button ref={first} size="compact-sm" onClick={replace}>
              {t("me.replace")}
            </Button>
            <Button variant="default" size="compact-sm" onClick={leave}>
              {t("me.keep")}
            </Button>
          </span>
        )}
      </td>
    </tr>
  );
}
