/** Which objects a list shows. */
import type { Label } from "../../../api/types";
import { OBJECT_FLAGS, type ObjectFlag, type ObjectRecord } from "../../../engine";
import { t } from "../../i18n";
import { LOW_SCORE } from "../announce";
import { openAttributes } from "./answers";
import { labelOf } from "./names";

export interface Filter {
  readonly text: string;
  readonly labelId: number | null;
  readonly author: string | null;
  readonly low: boolean;
  readonly unsent: boolean;
  /** Objects that leave a required attribute open. */
  readonly open: boolean;
  readonly flags: readonly ObjectFlag[];
}

export const EVERYTHING: Filter = { text: "", labelId: null, author: null, low: false, unsent: false, open: false, flags: [] };

/** An object keeps its number whatever else is shown. */
export interface Listed {
  readonly object: ObjectRecord;
  readonly number: number;
}

interface Surroundings {
  readonly labels: readonly Label[];
  readonly unsentIds: ReadonlySet<string>;
}

/** How many of the choices behind the button are in use; the text stands in sight. */
export function inUse({ labelId, author, low, unsent, open, flags }: Filter): number {
  return [labelId !== null, author !== null, low, unsent, open].filter(Boolean).length + flags.length;
}

export function isEverything(filter: Filter): boolean {
  return inUse(filter) === 0 && filter.text.trim() === "";
}

/** Every word must be found somewhere; a number alone is also an object's own. */
function finds(words: readonly string[], { object, number }: Listed, label: Label | null): boolean {
  if (words.length === 0) return true;
  const flags = OBJECT_FLAGS.filter((flag) => object.flags?.[flag] === true).map((flag) => t(`objects.flag.${flag}`));
  const texts = Object.values(object.attributes ?? {}).filter((answer) => typeof answer === "string");
  const all = [label?.name ?? t("workspace.noLabel"), object.author ?? "", ...flags, ...texts].join("\n").toLowerCase();
  return words.every((word) => all.includes(word) || word === String(number));
}

export function listed(objects: readonly ObjectRecord[], filter: Filter, { labels, unsentIds }: Surroundings): readonly Listed[] {
  const numbered = objects.map((object, index) => ({ object, number: index + 1 }));
  if (isEverything(filter)) return numbered;
  const words = filter.text.toLowerCase().split(/\s+/).filter((word) => word !== "");
  return numbered.filter((one) => {
    const { object } = one;
    const label = labelOf(object, labels);
    return (
      (filter.labelId === null || object.labelId === filter.labelId) &&
      (filter.author === null || object.author === filter.author) &&
      (!filter.low || (object.score !== null && object.score < LOW_SCORE)) &&
      (!filter.unsent || unsentIds.has(object.id)) &&
      (!filter.open || openAttributes(object, label).length > 0) &&
      filter.flags.every((flag) => object.flags?.[flag] === true) &&
      finds(words, one, label)
    );
  });
}
