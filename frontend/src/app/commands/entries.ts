/** What the palette offers now. */
import { t } from "../i18n";
import type { Document } from "../data/preferenceParts";
import { sortedLabels } from "../workspace/desk";
import type { Command, CommandInfo, GroupName } from "./command";
import { engineCommands } from "./engineCommands";
import { workCommands } from "./registry";
import { siteCommands, type Site } from "./siteCommands";
import type { Work } from "./work";

export interface Entry {
  readonly id: string;
  readonly text: string;
  readonly group: GroupName;
  /** The command whose keys are shown beside it. */
  readonly command: CommandInfo | null;
  readonly run: () => void;
}

function entriesOf<S>(commands: readonly Command<S>[], situation: S): readonly Entry[] {
  return commands
    .filter(({ keyOnly, available }) => keyOnly !== true && available?.(situation) !== false)
    .map((command) => ({
      id: command.id,
      text: t(command.name),
      group: command.group,
      command,
      run: () => command.run(situation),
    }));
}

/** One for each label, also beyond the ninth. */
function labelEntries(work: Work): readonly Entry[] {
  const { place } = work;
  if (place.status().readOnly) return [];
  const keyed = new Map(engineCommands.map((command) => [command.id, command]));
  return sortedLabels(place.project).map(({ id, name }, index) => ({
    id: `label:${place.project.id}:${id}`,
    text: t("palette.label", { label: name }),
    group: "objects" as const,
    command: keyed.get(`label.${index + 1}`) ?? null,
    run: () => void place.engine.keyboard.perform({ name: "label", index }),
  }));
}

const ORDER: readonly GroupName[] = ["label", "objects", "draw", "tools", "task", "review", "view", "go"];

export function entriesNow(site: Site, work: Work | null): readonly Entry[] {
  const ofWork = work === null ? [] : [...labelEntries(work), ...entriesOf(workCommands, work)];
  const all = [...ofWork, ...entriesOf(siteCommands, site)];
  return ORDER.flatMap((group) => all.filter((entry) => entry.group === group));
}

const MOST_RECENT = 6;

/** The ids of what was chosen last, the newest first. */
export function recentOf(workspace: Document): readonly string[] {
  const stored = workspace["recentCommands"];
  return Array.isArray(stored) ? stored.filter((id): id is string => typeof id === "string").slice(0, MOST_RECENT) : [];
}

export function withRecent(recent: readonly string[], id: string): readonly string[] {
  return [id, ...recent.filter((each) => each !== id)].slice(0, MOST_RECENT);
}
