/** What can be done with whole objects. */
import type { Command } from "../../commands/command";
import type { Work } from "../../commands/work";
import type { Move } from "../../../engine";
import type { MessageKey } from "../../i18n";
import { focusAttributes } from "./attributesFocus";
import * as doing from "./doing";

type Name = Extract<MessageKey, `command.object.${string}`>;
type What = (place: Work["place"], id: string) => void;

const selected = ({ place }: Work): string | null => place.engine.status().selection;

function command(name: Name, keys: readonly string[], what: What, { edits }: { edits: boolean }): Command<Work> {
  return {
    id: name.replace("command.", ""),
    name,
    group: "objects",
    keys,
    available: (work) => selected(work) !== null && !(edits && work.place.engine.status().readOnly),
    run: (work) => {
      const id = selected(work);
      if (id !== null) what(work.place, id);
    },
  };
}

function order(where: Move, key: string): Command<Work> {
  return command(`command.object.${where}`, [key], (place, id) => doing.move(place, id, where), { edits: true });
}

/** Marked words are what the browser copies. */
function copiesWords(): boolean {
  return (window.getSelection()?.toString() ?? "") !== "";
}

const copy = command("command.object.copy", ["Mod+c"], doing.copyObject, { edits: false });

export const objectCommands: readonly Command<Work>[] = [
  {
    id: "object.next",
    name: "command.object.next",
    group: "objects",
    keys: [],
    available: ({ place }) => place.engine.status().objectCount > 0,
    run: ({ place }) => void doing.stepObject(place, 1),
  },
  {
    id: "object.previous",
    name: "command.object.previous",
    group: "objects",
    keys: [],
    available: ({ place }) => place.engine.status().objectCount > 0,
    run: ({ place }) => void doing.stepObject(place, -1),
  },
  command("command.object.hide", ["Shift+h"], doing.toggleHidden, { edits: false }),
  command("command.object.isolate", ["Shift+i"], doing.toggleIsolated, { edits: false }),
  {
    id: "object.showAll",
    name: "command.object.showAll",
    group: "objects",
    keys: ["Shift+s"],
    available: ({ place }) => {
      const { hidden, only } = place.engine.edits.visibility.state();
      return hidden.size > 0 || only !== null;
    },
    run: ({ place }) => place.engine.edits.visibility.showAll(),
  },
  command("command.object.lock", ["Shift+l"], doing.toggleLocked, { edits: false }),
  command("command.object.attributes", ["Shift+Enter"], focusAttributes, { edits: false }),
  order("forward", "PageUp"),
  order("backward", "PageDown"),
  order("front", "Shift+PageUp"),
  order("back", "Shift+PageDown"),
  {
    ...copy,
    press: (work) => {
      if (copiesWords() || selected(work) === null) return false;
      copy.run(work);
      return true;
    },
  },
  {
    id: "object.paste",
    name: "command.object.paste",
    group: "objects",
    keys: ["Mod+v"],
    available: ({ place }) => !place.engine.status().readOnly,
    run: ({ place }) => doing.pasteObjects(place),
  },
  command("command.object.carry", ["Shift+n"], doing.carryObject, { edits: false }),
];
