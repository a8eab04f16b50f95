/** All commands, in the order in which a key is offered to them. A part with commands of its own adds its list here. */
import { objectCommands } from "../workspace/objects/objectCommands";
import { reviewCommands } from "../workspace/review/reviewCommands";
import { markCommands } from "../workspace/task/markCommands";
import type { Command, CommandInfo } from "./command";
import { engineCommands } from "./engineCommands";
import { siteCommands } from "./siteCommands";
import { taskCommands } from "./taskCommands";
import type { Work } from "./work";

/** Of an open task. */
export const workCommands: readonly Command<Work>[] = [...reviewCommands, ...taskCommands, ...markCommands, ...objectCommands, ...engineCommands];

/** As lists show them: without those that only follow another. */
export const allCommands: readonly CommandInfo[] = [...engineCommands, ...objectCommands, ...reviewCommands, ...taskCommands, ...markCommands, ...siteCommands].filter(
  ({ follows }) => follows === undefined,
);

const byId = new Map(allCommands.map((command) => [command.id, command]));

export function commandNamed(id: string): CommandInfo | null {
  return byId.get(id) ?? null;
}
