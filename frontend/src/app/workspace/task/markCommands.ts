/** Skipping, flagging and the guide, for keys and palette. */
import type { Command } from "../../commands/command";
import type { Work } from "../../commands/work";
import { can } from "../../data/permissions";
import { guidePanel } from "./guidePanel";
import { markForms } from "./markForms";
import { maySkip } from "./marks";

export const markCommands: readonly Command<Work>[] = [
  {
    id: "task.skip",
    name: "command.task.skip",
    group: "task",
    keys: ["Shift+x"],
    available: ({ place: { project, session } }) => {
      const { task, access } = session.snapshot();
      return task !== null && can(project.role, "annotate") && access.kind === "edit" && maySkip(task.state);
    },
    run: () => markForms.unfold("skip"),
  },
  {
    id: "task.flag",
    name: "command.task.flag",
    group: "task",
    keys: ["Shift+f"],
    available: ({ place: { project } }) => can(project.role, "annotate"),
    run: () => markForms.unfold("flag"),
  },
  {
    id: "guide",
    name: "command.guide",
    group: "task",
    keys: ["g"],
    available: ({ place: { project } }) => project.guide.trim() !== "",
    run: () => guidePanel.toggle(),
  },
];
