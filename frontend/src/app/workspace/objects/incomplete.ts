import { isApiError } from "../../../api/errors";
import { t, tn } from "../../i18n";
import { sortedLabels, type Workplace } from "../desk";
import { reveal } from "../review/judging";
import { attributesOf } from "./answers";
import { labelOf, namedOf } from "./names";

interface Incomplete {
  readonly annotation_id: number;
  readonly attributes: readonly number[];
}

function isIncomplete(value: unknown): value is Incomplete {
  if (typeof value !== "object" || value === null) return false;
  return "annotation_id" in value && "attributes" in value && Array.isArray(value.attributes);
}

/** A submission was refused because of open attributes: goes to the first object and says what it lacks. */
export function goToIncomplete(error: unknown, { engine, session, project }: Pick<Workplace, "engine" | "session" | "project">): string | null {
  if (!isApiError(error, "attributes_missing")) return null;
  const listed = error.details["objects"];
  const [first, ...others] = Array.isArray(listed) ? listed.filter(isIncomplete) : [];
  const id = first === undefined ? null : session.clientIdOf(first.annotation_id);
  const objects = engine.objects();
  const index = objects.findIndex((object) => object.id === id);
  const object = objects[index];
  if (first === undefined || object === undefined) return null;
  engine.select(object.id);
  reveal(engine, object.id);
  const labels = sortedLabels(project);
  const { number, label } = namedOf(object, index + 1, labels);
  const attribute = attributesOf(labelOf(object, labels)).find((one) => one.id === first.attributes[0])?.name ?? "";
  const values = { number, label, attribute };
  return others.length === 0 ? t("objects.incomplete", values) : tn("objects.incompleteMore", others.length, values);
}
