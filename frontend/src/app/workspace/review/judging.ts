import { imagePoint } from "../../../engine";
import { t } from "../../i18n";
import type { Workplace } from "../desk";
import { deskOf } from "./useReview";
import { nextOf, type Said } from "./verdicts";

type Place = Pick<Workplace, "session" | "engine" | "me">;

/** Says it, and goes on to the next object of which nothing is said yet. */
export function judgeAndGoOn(place: Place, id: string, said: Said): void {
  const desk = deskOf(place);
  void desk.judge(id, said);
  const ids = place.engine.objects().map((object) => object.id);
  const next = nextOf(ids, id, (each) => desk.of(each).verdict === "none");
  if (next !== null) goTo(place, next);
}

/** Selects an object and brings it into view. */
export function goTo({ engine }: Pick<Workplace, "engine">, id: string): void {
  engine.select(id);
  reveal(engine, id);
}

export function reveal(engine: Workplace["engine"], id: string): void {
  const object = engine.objects().find((each) => each.id === id);
  if (object === undefined) return;
  const [x = 0, y = 0, width = 0, height = 0] = object.bbox;
  engine.view.reveal(imagePoint(x + (width - 1) / 2, y + (height - 1) / 2));
}

/** The objects that were rejected, in the order of the list. */
export function rejectedIds({ engine, ...rest }: Place): readonly string[] {
  const desk = deskOf({ engine, ...rest });
  return engine.objects().map(({ id }) => id).filter((id) => desk.of(id).verdict === "rejected");
}

/** Goes to the rejected object after the selected one; false when none is left. */
export function goToRejected(place: Place): boolean {
  const { selection } = place.engine.status();
  const rejected = new Set(rejectedIds(place));
  const ids = place.engine.objects().map(({ id }) => id);
  const next = nextOf(ids, selection, (id) => rejected.has(id));
  if (next !== null) goTo(place, next);
  return next !== null;
}

/** Why verdicts cannot be given now though the task waits for them; null when they can. */
export function whyNotJudge({ session }: Pick<Workplace, "session">): string | null {
  const { access } = session.snapshot();
  if (access.kind === "view" && access.reason === "held") return t("review.held", { name: access.holder });
  return access.kind === "edit" ? null : t("review.notOpen");
}
