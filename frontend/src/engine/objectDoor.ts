/** What people do with whole objects, as the app sees it: each change is one undo step. */
import type { Core } from "./core";
import { described, type DetailsChange } from "./details";
import { restOf } from "./masks/rest";
import { recordShape } from "./masks/runs";
import type { Platform } from "./platform";
import { drawThumbnail, type ThumbnailTarget } from "./render/thumbnail";
import { movedTo, placed, type Move } from "./stacking";
import type { StatusBoard } from "./status";
import type { RecordsChange } from "./store";
import type { Toolbox } from "./tools/toolbox";
import type { ObjectRecord } from "./types";
import type { VisibilityApi } from "./visibility";

/** An object as a model proposed it, which a person takes as it is. */
export type TakenDraft = Pick<ObjectRecord, "labelId" | "mask" | "bbox" | "area" | "score" | "proposalId">;

/** Each change is false (or null), perhaps with a hint, when nothing has changed. */
export interface ObjectsApi {
  readonly visibility: VisibilityApi;
  /** From back to front, without what is hidden. */
  visible(): readonly ObjectRecord[];
  describe(id: string, change: DetailsChange): boolean;
  move(id: string, move: Move): boolean;
  /** Makes an object of this label of all pixels that no object has; its id. */
  fillRest(labelId: number): string | null;
  /** New objects like these, in front of all others; their ids. Masks of another size than the image are refused. */
  paste(records: readonly ObjectRecord[]): readonly string[] | null;
  /** Makes objects of what a model has proposed by itself, in front of all others; their ids. */
  take(drafts: readonly TakenDraft[]): readonly string[] | null;
  /** Selects the next object that is seen; false at the end of the row. */
  step(by: 1 | -1): boolean;
  /** False while there is nothing to draw. */
  drawThumbnail(id: string, target: ThumbnailTarget): boolean;
}

/** In front of all others, as what is new. */
function unplaced(record: ObjectRecord): ObjectRecord {
  const { position, ...rest } = record;
  return position === undefined ? record : rest;
}

export class ObjectDoor implements ObjectsApi {
  constructor(
    private readonly core: Core,
    private readonly tools: Toolbox,
    private readonly board: StatusBoard,
    private readonly platform: Platform,
  ) {}

  get visibility(): VisibilityApi {
    return this.core.visibility;
  }

  visible(): readonly ObjectRecord[] {
    return this.core.visible;
  }

  describe(id: string, change: DetailsChange): boolean {
    const record = this.core.records.get(id);
    return record !== undefined && this.edit("describe", { put: [described(record, change)] });
  }

  move(id: string, move: Move): boolean {
    const { core } = this;
    const all = core.records.all();
    const positions = movedTo(all, id, move);
    if (positions.size === 0 || !this.mayEdit()) return false;
    const changing = placed(all).filter((record) => positions.has(record.id));
    // What a new object is going to stand at is no change, but undo has to know where to put it back.
    core.history.applyRemote({ put: changing.filter((record) => core.records.get(record.id)?.position === undefined) });
    const at = (record: ObjectRecord & { position: number }): number => positions.get(record.id) ?? record.position;
    return this.edit("move", { put: changing.map((record) => ({ ...record, position: at(record) })) });
  }

  fillRest(labelId: number): string | null {
    const { core } = this;
    const image = core.imageSize;
    if (image === null || !this.mayEdit()) return null;
    const masks = core.records.all().map((record) => core.runsOf(record.mask));
    const shape = recordShape(restOf(image, masks.filter((runs) => runs !== null)));
    if (shape === null) return null;
    const id = core.newId();
    const drawn = { labelId, score: null, proposalId: null, author: null };
    return this.edit("fill the rest", { put: [{ id, ...drawn, ...shape }] }) ? id : null;
  }

  paste(records: readonly ObjectRecord[]): readonly string[] | null {
    const { core } = this;
    if (!this.mayEdit() || records.some(({ mask }) => core.runsOf(mask) === null)) return null;
    const drawn = { score: null, proposalId: null, author: null };
    const put = records.map((record) => ({ ...unplaced(record), ...drawn, id: core.newId() }));
    const ids = put.map(({ id }) => id);
    if (!this.edit("paste", { put })) return null;
    core.select(ids.at(-1) ?? null);
    return this.told(ids);
  }

  take(drafts: readonly TakenDraft[]): readonly string[] | null {
    const { core } = this;
    if (drafts.length === 0 || !this.mayEdit() || drafts.some(({ mask }) => core.runsOf(mask) === null)) return null;
    const put = drafts.map((draft) => ({ ...draft, id: core.newId(), author: null }));
    const ids = put.map(({ id }) => id);
    if (!this.edit("take", { put })) return null;
    core.select(ids.at(-1) ?? null);
    return this.told(ids);
  }

  step(by: 1 | -1): boolean {
    const { core } = this;
    const seen = core.records.all().filter(({ id }) => !core.visibility.isHidden(id));
    const now = seen.findIndex(({ id }) => id === core.selection);
    const next = seen[now === -1 ? (by === 1 ? 0 : seen.length - 1) : now + by] ?? null;
    if (next !== null) core.select(next.id);
    return this.told(next !== null);
  }

  drawThumbnail(id: string, target: ThumbnailTarget): boolean {
    const { core } = this;
    const record = core.records.get(id);
    const shape = record === undefined ? null : core.shapes.of(record.mask);
    if (record === undefined || shape === null || core.picture === null) return false;
    return drawThumbnail(this.platform, target, { picture: core.picture, shape, color: core.colorOf(record) });
  }

  private mayEdit(): boolean {
    if (this.core.readOnly) this.core.notice("readOnly");
    return this.told(!this.core.readOnly);
  }

  private edit(name: string, change: RecordsChange): boolean {
    return this.mayEdit() && this.told(this.core.edit(name, change));
  }

  private told<Result>(result: Result): Result {
    this.tools.settle();
    this.board.publish();
    return result;
  }
}
