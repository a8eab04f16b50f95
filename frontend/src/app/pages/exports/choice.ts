import type { ExportOptions } from "../../../api/types";

export const PARTS = ["train", "val", "test"] as const;
export type Part = (typeof PARTS)[number];

const PERCENT = 100;

/** What one has chosen, as the form holds it: parts in percent, and all labels as null. */
export interface Choice {
  states: NonNullable<ExportOptions["states"]>;
  labels: readonly number[] | null;
  verdicts: "any" | "accepted" | "notRejected";
  minArea: number;
  empty: boolean;
  overlaps: "front" | "area";
  splits: "none" | "hash" | "held_out";
  percent: Readonly<Record<Part, number>>;
  images: "none" | "links" | "display" | "originals";
  crops: boolean;
  research: boolean;
  licence: string;
}

export const USUAL: Choice = {
  states: ["accepted"],
  labels: null,
  verdicts: "any",
  minArea: 0,
  empty: true,
  overlaps: "front",
  splits: "none",
  percent: { train: 80, val: 10, test: 10 },
  images: "none",
  crops: false,
  research: false,
  licence: "",
};

const VERDICTS = { any: null, accepted: ["accepted"], notRejected: ["none", "accepted"] } satisfies Record<
  Choice["verdicts"],
  ExportOptions["verdicts"]
>;

/** The sum of the parts in percent. */
export function percentSum({ percent }: Pick<Choice, "percent">): number {
  return PARTS.reduce((sum, part) => sum + percent[part], 0);
}

/** Whether the server would take the choice. */
export function isWhole(choice: Choice): boolean {
  const parts = choice.splits !== "hash" || percentSum(choice) === PERCENT;
  return parts && choice.states.length > 0 && choice.labels?.length !== 0;
}

/** Whether the archive holds the images' own files. */
export function copiesImages({ images }: Pick<Choice, "images">): boolean {
  return images === "display" || images === "originals";
}

/** The choice as the server takes it; only what it means, so that like choices are alike. */
export function optionsOf(choice: Choice): ExportOptions {
  const shares = Object.fromEntries(PARTS.filter((part) => choice.percent[part] > 0).map((part) => [part, choice.percent[part] / PERCENT]));
  return {
    states: [...choice.states].sort(),
    label_ids: choice.labels === null ? null : [...choice.labels].sort((a, b) => a - b),
    verdicts: VERDICTS[choice.verdicts],
    min_area: choice.minArea,
    empty: choice.empty,
    overlaps: choice.overlaps,
    splits: choice.splits === "hash" ? { by: "hash", shares, lists: {} } : { by: choice.splits, shares: {}, lists: {} },
    images: choice.images,
    crops: choice.crops,
    research: choice.research,
    licence: choice.licence.trim(),
  };
}
