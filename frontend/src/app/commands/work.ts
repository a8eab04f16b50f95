import type { Workplace } from "../workspace/desk";
import type { DialogName } from "../workspace/OpenTask";
import type { Part } from "../workspace/review/verdicts";
import type { Flow } from "../workspace/useFlow";

/** An open task, as its commands find it. */
export interface Work {
  readonly place: Workplace;
  readonly flow: Flow;
  readonly openDialog: (name: DialogName) => void;
  /** What this person does with verdicts here. */
  readonly part: Part;
  readonly mayComment: boolean;
  readonly image: { readonly width: number; readonly height: number } | null;
}
