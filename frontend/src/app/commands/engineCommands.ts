/** What the canvas can do. Which keys it comes with stands in `engine/keymap.ts`. */
import { ENGINE_KEYS, type EngineCommandId, type EngineStatus, type KeyAction } from "../../engine";
import type { Command, GroupName } from "./command";
import type { Work } from "./work";

type Extras = Pick<Command<Work>, "fixed" | "family" | "keyOnly" | "available"> & {
  /** What the palette does where the key does something that lasts as long as it is held. */
  readonly instead?: KeyAction;
};

function command<Id extends EngineCommandId>(id: Id, group: GroupName, { instead, ...extras }: Extras = {}): Command<Work> {
  const { action, keys } = ENGINE_KEYS[id];
  return {
    id,
    name: `command.${id}`,
    group,
    keys,
    ...extras,
    run: ({ place }) => void place.engine.keyboard.perform(instead ?? action),
    press: ({ place }, event) => place.engine.keyboard.press(action, event),
  };
}

/** The palette offers only what would do something now. */
const when = (applies: (status: EngineStatus) => boolean): Extras => ({ available: ({ place }) => applies(place.status()) });

const mayEdit = when((status) => !status.readOnly);
const hasSelected = when((status) => !status.readOnly && status.selection !== null);
const arrows: Extras = { fixed: true, family: "command.arrows", keyOnly: true };
const far: Extras = { fixed: true, family: "command.arrowsFar", keyOnly: true };
const labels: Extras = { family: "command.labels", keyOnly: true };

/** A key is always tried: the engine itself says whether it has a use for it. */
export const engineCommands: readonly Command<Work>[] = [
  command("accept", "label", { fixed: true, instead: { name: "accept" }, ...when(({ proposal }) => proposal !== null) }),
  command("place", "label", { keyOnly: true }),
  command("removePoint", "label", when(({ points }) => points.length > 0)),
  command("again", "label", when(({ points }) => points.length > 0)),
  command("cancel", "label", { fixed: true, keyOnly: true }),
  command("left", "label", arrows),
  command("up", "label", arrows),
  command("down", "label", arrows),
  command("right", "label", arrows),
  command("farLeft", "label", far),
  command("farUp", "label", far),
  command("farDown", "label", far),
  command("farRight", "label", far),
  command("nextPoint", "label", when(({ points }) => points.length > 1)),
  command("previousPoint", "label", when(({ points }) => points.length > 1)),
  command("brushLarger", "draw", mayEdit),
  command("brushSmaller", "draw", mayEdit),
  command("keepInside", "draw", { keyOnly: true }),
  command("keepOutside", "draw", { keyOnly: true }),
  command("protect", "draw", mayEdit),
  command("label.1", "objects", labels),
  command("label.2", "objects", labels),
  command("label.3", "objects", labels),
  command("label.4", "objects", labels),
  command("label.5", "objects", labels),
  command("label.6", "objects", labels),
  command("label.7", "objects", labels),
  command("label.8", "objects", labels),
  command("label.9", "objects", labels),
  command("delete", "objects", hasSelected),
  command("undo", "objects", when(({ canUndo }) => canUndo)),
  command("redo", "objects", when(({ canRedo }) => canRedo)),
  command("tool.extreme", "tools"),
  command("tool.box", "tools"),
  command("tool.brush", "tools"),
  command("tool.eraser", "tools"),
  command("tool.polygon", "tools"),
  command("tool.select", "tools"),
  command("tool.pan", "tools"),
  command("zoomIn", "view"),
  command("zoomOut", "view"),
  command("fit", "view"),
  command("actualSize", "view"),
  command("zoomToSelected", "view", when(({ selection, points }) => selection !== null || points.length > 0)),
  command("turnRight", "view"),
  command("turnLeft", "view"),
  command("outlines", "view"),
  command("magnifier", "view"),
];
