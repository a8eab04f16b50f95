/** Picks objects, by pointer or with the arrow keys. */
import { Tool, type StateNode } from "../node";
import type { ScreenPoint } from "../../types";
import { SelectHolding } from "./holding";
import { SelectIdle } from "./idle";

export class SelectTool extends Tool {
  readonly name = "select";
  readonly cursor = "default";
  private readonly idle = new SelectIdle(this);
  private readonly holding = new SelectHolding(this);

  protected startState(): StateNode {
    return this.context.selection === null ? this.idle : this.holding;
  }

  /** Follows the selection, whoever changed it. */
  settle(): void {
    if (this.active) this.transition(this.startState());
  }

  pick(at: ScreenPoint): void {
    this.context.select(this.context.maskAt(this.context.camera.toImage(at)));
    this.settle();
  }

  hover(at: ScreenPoint): void {
    const id = this.context.maskAt(this.context.camera.toImage(at));
    this.context.hover(id);
    this.context.setCursor(id === null ? this.cursor : "pointer");
  }

  /** Selects the object after (or before) the selected one, round and round. */
  step(by: 1 | -1): boolean {
    const seen = new Set(this.context.visible);
    const all = this.context.records.all().filter((record) => seen.has(record));
    if (all.length === 0) return false;
    const now = all.findIndex((record) => record.id === this.context.selection);
    const next = now === -1 ? (by === 1 ? 0 : all.length - 1) : (now + by + all.length) % all.length;
    this.context.select(all[next]?.id ?? null);
    this.settle();
    return true;
  }
}
