/**
 * The objects that are being clicked, oldest first. The head is the one that is reviewed and accepted; at most one
 * more can be clicked ahead. Points taken back are remembered, newest last, until something else happens.
 */
import type { Draft, PlacedPoint } from "./draft";

/** The head and one clicked ahead: more would leave people guessing which object a click belongs to. */
const MOST_DRAFTS = 2;

export class DraftQueue {
  private drafts: readonly Draft[] = [];
  private taken: readonly { readonly draft: Draft; readonly placed: PlacedPoint }[] = [];

  get all(): readonly Draft[] {
    return this.drafts;
  }

  get head(): Draft | undefined {
    return this.drafts[0];
  }

  get newest(): Draft | undefined {
    return this.drafts.at(-1);
  }

  get full(): boolean {
    return this.drafts.length >= MOST_DRAFTS;
  }

  get canPutBack(): boolean {
    return this.taken.length > 0;
  }

  add(draft: Draft): void {
    this.drafts = [...this.drafts, draft];
    this.taken = [];
  }

  drop(draft: Draft): void {
    this.drafts = this.drafts.filter((other) => other !== draft);
    this.taken = [];
  }

  clear(): void {
    this.drafts = [];
    this.taken = [];
  }

  forgetTaken(): void {
    this.taken = [];
  }

  /** Takes the newest point back; a draft without points leaves. Returns the draft that lost the point. */
  takeBack(): Draft | undefined {
    const draft = this.newest;
    const placed = draft?.takeBack();
    if (draft === undefined || placed === undefined) return undefined;
    this.taken = [...this.taken, { draft, placed }];
    if (draft.points.length === 0) this.drafts = this.drafts.filter((other) => other !== draft);
    return draft;
  }

  /** The reverse of `takeBack`. */
  putBack(): Draft | undefined {
    const last = this.taken.at(-1);
    if (last === undefined) return undefined;
    this.taken = this.taken.slice(0, -1);
    if (!this.drafts.includes(last.draft)) this.drafts = [...this.drafts, last.draft];
    last.draft.putBack(last.placed);
    return last.draft;
  }
}
