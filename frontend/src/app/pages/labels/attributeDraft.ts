/** An attribute while it is written down: every field is a text until it is stored. */
import type { Attribute, AttributeChange, AttributeInput } from "../../../api/attributeCalls";
import { t } from "../../i18n";

export type Kind = Attribute["kind"];
export const KINDS: readonly Kind[] = ["text", "number", "choice", "yes_no"];

export interface Draft {
  readonly name: string;
  readonly kind: Kind;
  /** One a line. */
  readonly choices: string;
  readonly min: string;
  readonly max: string;
  /** Empty for none; "true" and "false" for yes and no. */
  readonly usual: string;
  readonly required: boolean;
}

export const BLANK: Draft = { name: "", kind: "choice", choices: "", min: "", max: "", usual: "", required: false };

const textOf = (value: Attribute["default"]): string => (value === null ? "" : String(value));

export function draftOf({ name, kind, choices, min, max, default: usual, required }: Attribute): Draft {
  return { name, kind, choices: choices.join("\n"), min: textOf(min), max: textOf(max), usual: textOf(usual), required };
}

export function choicesOf({ choices }: Pick<Draft, "choices">): string[] {
  return choices.split("\n").map((line) => line.trim()).filter((line) => line !== "");
}

export type Problems = Readonly<Partial<Record<"name" | "min" | "max" | "usual", string>>>;

type NumberText = number | null | "none";

function numberIn(text: string): NumberText {
  const plain = text.trim().replace(",", ".");
  if (plain === "") return null;
  const number = Number(plain);
  return Number.isFinite(number) ? number : "none";
}

/** What can be seen to be wrong before anybody is asked. */
export function problemsOf(draft: Draft): Problems {
  const problems: Partial<Record<keyof Problems, string>> = {};
  if (draft.name.trim() === "") problems.name = t("attributes.nameMissing");
  if (draft.kind !== "number") return problems;
  for (const field of ["min", "max", "usual"] as const) {
    if (numberIn(draft[field]) === "none") problems[field] = t("attributes.notNumber");
  }
  return problems;
}

function bound(text: string): number | null {
  const number = numberIn(text);
  return number === "none" ? null : number;
}

function usualOf({ kind, usual }: Draft): Attribute["default"] {
  if (usual.trim() === "") return null;
  if (kind === "yes_no") return usual === "true";
  return kind === "number" ? bound(usual) : usual;
}

export function inputOf(draft: Draft): AttributeInput {
  const { name, kind, required } = draft;
  return {
    name: name.trim(),
    kind,
    required,
    default: usualOf(draft),
    choices: kind === "choice" ? choicesOf(draft) : [],
    min: kind === "number" ? bound(draft.min) : null,
    max: kind === "number" ? bound(draft.max) : null,
  };
}

/** The same for one that is there already: its kind stays what it was. */
export function changeOf(draft: Draft, confirm: number | null): AttributeChange {
  const { kind, choices, min, max, ...rest } = inputOf(draft);
  return {
    ...rest,
    ...(kind === "choice" && choices !== undefined ? { choices } : {}),
    ...(kind === "number" ? { min: min ?? null, max: max ?? null } : {}),
    ...(confirm === null ? {} : { confirm }),
  };
}

/** "Number, 0 to 10" and the like. */
export function summaryOf({ kind, choices, min, max }: Attribute): string {
  const parts = [t(`attributes.kind.${kind}`)];
  if (min !== null && max !== null) parts.push(t("attributes.range", { min, max }));
  else if (min !== null) parts.push(t("attributes.from", { min }));
  else if (max !== null) parts.push(t("attributes.upTo", { max }));
  if (choices.length > 0) parts.push(choices.join(" · "));
  return parts.join(", ");
}
