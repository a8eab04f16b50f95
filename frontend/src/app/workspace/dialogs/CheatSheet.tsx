import { Modal } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import { allCommands } from "../../commands/registry";
import { sheetOf } from "../../commands/sheet";
import { shownKeys } from "../../commands/shownKeys";
import { usePreference } from "../../data/usePreference";
import { t } from "../../i18n";
import { Key } from "../Keys";
import classes from "./dialogs.module.css";

/** Every key of the workspace on one page, as this person has it. */
export function CheatSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title={t("keys.title")} size="58rem">
      <Sheet />
    </Modal>
  );
}

function Sheet() {
  const chosen = usePreference("keymap");
  return (
    <>
      <div className={classes.sheet}>
        {sheetOf(allCommands, chosen).map(({ group, rows }) => (
          <section key={group}>
            <h3 className={classes.sheetTitle}>{t(`command.group.${group}`)}</h3>
            <dl className={classes.sheetRows}>
              {rows.map(({ name, keys }) => (
                <div key={name}>
                  <dt>
                    {shownKeys(keys).map((key) => (
                      <Key key={key}>{key}</Key>
                    ))}
                  </dt>
                  <dd>{t(name)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className={classes.sheetFoot}>
        {t("keys.mouse")} <Link to="/me">{t("keys.change")}</Link>
      </p>
    </>
  );
}
