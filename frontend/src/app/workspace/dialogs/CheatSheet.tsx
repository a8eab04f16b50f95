import { Modal } from "@mantine/core";

import { t, type MessageKey } from "../../i18n";
import { COMMAND_KEY, Key } from "../Keys";
import classes from "./dialogs.module.css";

type SheetKey = Extract<MessageKey, `workspace.sheet.${string}`>;
type Row = readonly [keys: readonly string[], what: SheetKey];

const C = COMMAND_KEY;
const GROUPS: readonly (readonly [title: SheetKey, rows: readonly Row[]])[] = [
  [
    "workspace.sheet.label",
    [
      [["Click"], "workspace.sheet.click"],
      [["Space"], "workspace.sheet.space"],
      [["Backspace"], "workspace.sheet.backspace"],
      [["T"], "workspace.sheet.redoClicks"],
      [["Esc"], "workspace.sheet.escape"],
      [["← ↑ → ↓"], "workspace.sheet.arrows"],
      [["Enter"], "workspace.sheet.enter"],
      [[".", ","], "workspace.sheet.hold"],
    ],
  ],
  [
    "workspace.sheet.draw",
    [
      [["B"], "workspace.sheet.brush"],
      [["X"], "workspace.sheet.eraser"],
      [["[", "]"], "workspace.sheet.brushSize"],
      [["I", "O"], "workspace.sheet.keep"],
      [["K"], "workspace.sheet.protect"],
      [["P"], "workspace.sheet.polygon"],
      [["Enter"], "workspace.sheet.close"],
      [["Space"], "workspace.sheet.done"],
    ],
  ],
  [
    "workspace.sheet.objects",
    [
      [["1 … 9"], "workspace.sheet.digits"],
      [["Del"], "workspace.sheet.delete"],
      [[`${C} Z`], "workspace.sheet.undo"],
      [[`${C} Shift Z`, `${C} Y`], "workspace.sheet.redo"],
    ],
  ],
  [
    "workspace.sheet.view",
    [
      [["E"], "workspace.sheet.extreme"],
      [["R"], "workspace.sheet.box"],
      [["V"], "workspace.sheet.select"],
      [["H"], "workspace.sheet.pan"],
      [["+", "-"], "workspace.sheet.zoom"],
      [["0"], "workspace.sheet.fit"],
    ],
  ],
  [
    "workspace.sheet.task",
    [
      [[`${C} Enter`], "workspace.sheet.submit"],
      [["N"], "workspace.sheet.next"],
      [["A"], "workspace.sheet.accept"],
      [["J"], "workspace.sheet.request"],
      [["?"], "workspace.sheet.help"],
    ],
  ],
];

/** Every key of the workspace on one page. */
export function CheatSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title={t("workspace.sheet.title")} size="46rem">
      <div className={classes.sheet}>
        {GROUPS.map(([title, rows]) => (
          <section key={title}>
            <h3 className={classes.sheetTitle}>{t(title)}</h3>
            <dl className={classes.sheetRows}>
              {rows.map(([keys, what]) => (
                <div key={what}>
                  <dt>
                    {keys.map((key) => (
                      <Key key={key}>{key}</Key>
                    ))}
                  </dt>
                  <dd>{t(what)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
