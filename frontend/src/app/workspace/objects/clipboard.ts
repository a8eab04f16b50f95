/** Copied objects: for this image, and for others of the same size in the same project. Kept as long as the page is. */
import type { ObjectRecord } from "../../../engine";
import { t } from "../../i18n";
import type { Workplace } from "../desk";

export interface Copied {
  readonly projectId: number;
  readonly taskId: number;
  readonly image: string;
  readonly records: readonly ObjectRecord[];
}

type Place = Pick<Workplace, "engine" | "session" | "project" | "taskId">;

const listeners = new Set<() => void>();
let clipboard: Copied | null = null;
let carried: Copied | null = null;

function tell(): void {
  for (const listener of [...listeners]) listener();
}

function copyOf({ engine, session, project, taskId }: Place, ids: readonly string[]): Copied | null {
  const records = engine.objects().filter(({ id }) => ids.includes(id));
  const image = session.snapshot().task?.image.name ?? "";
  return records.length === 0 ? null : { projectId: project.id, taskId, image, records };
}

export function copy(place: Place, ids: readonly string[]): number {
  const copied = copyOf(place, ids);
  clipboard = copied ?? clipboard;
  return copied?.records.length ?? 0;
}

/** Lays objects ready for the next image; one already there is replaced by its newer self. */
export function carry(place: Place, ids: readonly string[]): number {
  const copied = copyOf(place, ids);
  if (copied === null) return 0;
  const kept = carried?.taskId === place.taskId ? carried.records.filter(({ id }) => !ids.includes(id)) : [];
  carried = { ...copied, records: [...kept, ...copied.records] };
  tell();
  return carried.records.length;
}

export const onCarried = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export const carriedNow = (): Copied | null => carried;
export const copiedNow = (): Copied | null => clipboard;

export function dropCarried(): void {
  carried = null;
  tell();
}

export function forgetCopies(): void {
  clipboard = null;
  dropCarried();
}

const sizeText = ([height = 0, width = 0]: readonly number[]): string => `${width} × ${height}`;

/** Why copied objects cannot be put into the open image; null when they can. */
export function whyNotHere({ projectId, records }: Copied, { session, project }: Pick<Place, "session" | "project">): string | null {
  if (projectId !== project.id) return t("objects.otherProject");
  const image = session.snapshot().task?.image;
  const other = records.find(({ mask: { size } }) => size[0] !== image?.height || size[1] !== image?.width);
  if (image !== undefined && other !== undefined) {
    return t("objects.otherSize", { from: sizeText(other.mask.size), to: sizeText([image.height, image.width]) });
  }
  const known = new Set(project.labels.map(({ id }) => id));
  return records.every(({ labelId }) => labelId !== null && known.has(labelId)) ? null : t("objects.labelGone");
}

/** Puts them in; how many, or the sentence that says why not. Read-only images say so themselves. */
export function paste(copied: Copied | null, place: Place): number | string {
  if (copied === null) return t("objects.nothingCopied");
  const hindrance = whyNotHere(copied, place);
  return hindrance ?? place.engine.edits.paste(copied.records)?.length ?? 0;
}
