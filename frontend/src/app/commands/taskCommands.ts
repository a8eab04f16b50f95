/** What can be done with the task as a whole. */
import type { Command } from "./command";
import type { Work } from "./work";

export const taskCommands: readonly Command<Work>[] = [
  {
    id: "task.submit",
    name: "command.task.submit",
    group: "task",
    keys: ["Mod+Enter"],
    available: ({ flow }) => flow.decisions.includes("submit"),
    run: ({ flow }) => flow.decide({ kind: "submit" }),
  },
  { id: "task.next", name: "command.task.next", group: "task", keys: ["n"], run: ({ flow }) => flow.next() },
  {
    id: "task.accept",
    name: "command.task.accept",
    group: "review",
    keys: ["Shift+a", "a"],
    available: ({ flow }) => flow.decisions.includes("accept"),
    run: ({ flow }) => flow.decide({ kind: "accept" }),
  },
  {
    id: "task.requestChanges",
    name: "command.task.requestChanges",
    group: "review",
    keys: ["j"],
    available: ({ flow }) => flow.decisions.includes("requestChanges"),
    run: ({ openDialog }) => openDialog("changes"),
  },
  { id: "keys", name: "command.keys", group: "task", keys: ["?"], run: ({ openDialog }) => openDialog("keys") },
];
