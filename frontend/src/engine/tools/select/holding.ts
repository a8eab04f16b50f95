import { SelectIdle } from "./idle";

/** One object is selected: digits relabel it, Delete removes it, Escape lets it go. */
export class SelectHolding extends SelectIdle {
  override readonly name = "holding";
  override readonly hint = "select.holding";

  override onCancel(): boolean {
    this.tool.context.select(null);
    this.tool.settle();
    return true;
  }
}
