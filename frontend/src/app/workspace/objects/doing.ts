/** What is done with one object, wherever it was asked for: a menu, a key, a button. */
import type { MaskOperation, Move } from "../../../engine";
import { t, tn } from "../../i18n";
import { showToast } from "../../ui/toasts";
import type { Workplace } from "../desk";
import { reveal } from "../review/judging";
import { carry, copiedNow, copy, paste } from "./clipboard";

type Place = Pick<Workplace, "engine" | "session" | "project" | "taskId">;

export function reshape({ engine }: Place, id: string, operation: MaskOperation): void {
  engine.select(id);
  engine.reshapeSelected(operation);
}

export function relabel({ engine }: Place, id: string, labelId: number): void {
  engine.select(id);
  engine.relabelSelected(labelId);
}

export function remove({ engine }: Place, id: string): void {
  engine.select(id);
  engine.deleteSelected();
}

export function move({ engine }: Place, id: string, where: Move): void {
  engine.edits.move(id, where);
}

export function toggleHidden({ engine }: Place, id: string): void {
  const { visibility } = engine.edits;
  // Among isolated ones "hidden" means left out: showing it then ends the isolation.
  if (visibility.state().only !== null) visibility.isolate(null);
  else visibility.hide(id, !visibility.isHidden(id));
}

export function toggleLocked({ engine }: Place, id: string): void {
  const { visibility } = engine.edits;
  visibility.lock(id, !visibility.isLocked(id));
}

export function toggleIsolated({ engine }: Place, id: string): void {
  const { visibility } = engine.edits;
  visibility.isolate(visibility.state().only?.has(id) === true ? null : id);
}

export function copyObject(place: Place, id: string): void {
  const count = copy(place, [id]);
  if (count > 0) showToast(tn("objects.copied", count));
}

export function carryObject(place: Place, id: string): void {
  const count = carry(place, [id]);
  if (count > 0) showToast(tn("objects.carried", count));
}

export function pasteObjects(place: Place): void {
  const result = paste(copiedNow(), place);
  if (typeof result === "string") showToast(result, { tone: "error" });
  else if (result > 0) showToast(tn("objects.pasted", result));
}

export function fillRest({ engine }: Place, label: { readonly id: number; readonly name: string }): void {
  const id = engine.edits.fillRest(label.id);
  if (id !== null) engine.select(id);
  if (engine.status().readOnly) return;
  showToast(id === null ? t("objects.fillNothing") : t("objects.fillDone", { label: label.name }));
}

/** Selects the next object that is seen and shows it; false at the end of the row. */
export function stepObject({ engine }: Place, by: 1 | -1): boolean {
  if (!engine.edits.step(by)) return false;
  reveal(engine, engine.status().selection ?? "");
  return true;
}
