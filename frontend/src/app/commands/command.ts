/** What can be done, under one name for keys, palette, cheat sheet and tooltips. */
import type { MessageKey } from "../i18n";

export const GROUPS = ["label", "draw", "objects", "tools", "view", "review", "task", "go"] as const;
export type GroupName = (typeof GROUPS)[number];

/** What is known of a command without a place where it could be done. */
export interface CommandInfo {
  /** Never changed once published: people's own keys are stored under it. */
  readonly id: string;
  readonly name: Extract<MessageKey, `command.${string}`>;
  readonly group: GroupName;
  /** As long as nobody chooses others; see `engine/chords.ts` for their names. */
  readonly keys: readonly string[];
  /** Its keys cannot be chosen, because they do more than one thing or are what every program has. */
  readonly fixed?: boolean;
  /** Follows the keys of another command, before it; such a command is not listed. */
  readonly follows?: string;
  /** Listed in one row with its neighbours of the same family. */
  readonly family?: Extract<MessageKey, `command.${string}`>;
  /** Makes no sense without its key, so the palette leaves it out. */
  readonly keyOnly?: boolean;
}

/** `S` is what there is to work with: an open task, or the site around it. */
export interface Command<S> extends CommandInfo {
  /** Always, when left out. */
  readonly available?: (situation: S) => boolean;
  readonly run: (situation: S) => void;
  /** What its key does where that is not the same; false when the key meant nothing after all. */
  readonly press?: (situation: S, event: KeyboardEvent) => boolean;
}
