/** The history as the app sees it: what it changes, the user interface hears of. */
import type { Core } from "./core";
import type { HistoryApi } from "./historyData";
import type { StatusBoard } from "./status";
import type { RecordsChange } from "./store";
import type { Toolbox } from "./tools/toolbox";

export function historyDoor(core: Core, tools: Toolbox, board: StatusBoard): HistoryApi {
  const { history } = core;
  const told = <Result>(result: Result): Result => {
    tools.settle();
    board.publish();
    return result;
  };
  const edit = (name: string, change: RecordsChange): boolean => {
    if (core.readOnly) core.notice("readOnly");
    return told(!core.readOnly && core.edit(name, change));
  };
  return {
    save: () => history.save(),
    onChange: (listener) => history.onChange(listener),
    restore: (data) => told(history.restore(data)),
    edit,
    copy: (name, record) => edit(name, { put: [{ ...record, id: core.newId(), author: null }] }),
  };
}
