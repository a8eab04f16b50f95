/** Which answers count, by the rules of the server. */
import type { Label } from "../../../api/types";
import type { Answer, ObjectRecord } from "../../../engine";
import { t } from "../../i18n";

export type Attribute = Label["attributes"][number];

/** As the server counts. */
export const MOST_LETTERS = 1000;

export function attributesOf(label: Label | null): readonly Attribute[] {
  return [...(label?.attributes ?? [])].sort((a, b) => a.position - b.position || a.id - b.id);
}

export function isAnswer({ kind, choices, min, max }: Attribute, answer: Answer | undefined): boolean {
  switch (kind) {
    case "text":
      return typeof answer === "string" && answer.trim() !== "" && answer.length <= MOST_LETTERS;
    case "number":
      return typeof answer === "number" && !(min !== null && answer < min) && !(max !== null && answer > max);
    case "choice":
      return typeof answer === "string" && choices.includes(answer);
    case "yes_no":
      return typeof answer === "boolean";
  }
}

/** The required attributes to which an object gives no answer that counts. */
export function openAttributes(object: ObjectRecord, label: Label | null): readonly Attribute[] {
  return attributesOf(label).filter((attribute) => attribute.required && !isAnswer(attribute, object.attributes?.[attribute.id]));
}

export function rangeText({ min, max }: Attribute): string | null {
  if (min !== null && max !== null) return t("objects.number.between", { min, max });
  if (min !== null) return t("objects.number.low", { min });
  return max === null ? null : t("objects.number.high", { max });
}

/** What a typed text says; `problem` where it says nothing that could be stored. */
export type Reading =
  | { readonly answer: Answer | null; readonly problem: null }
  | { readonly answer: null; readonly problem: string };

/** People write a decimal comma as well as a point. */
export function numberOf(text: string): number | null {
  const plain = text.trim().replace(",", ".");
  const number = Number(plain);
  return plain !== "" && Number.isFinite(number) ? number : null;
}

export function read(attribute: Attribute, text: string): Reading {
  if (text.trim() === "") return { answer: null, problem: null };
  if (attribute.kind !== "number") {
    if (text.length <= MOST_LETTERS) return { answer: text, problem: null };
    return { answer: null, problem: t("objects.tooLong", { most: MOST_LETTERS }) };
  }
  const answer = numberOf(text);
  if (answer === null) return { answer: null, problem: t("objects.number.none") };
  if (isAnswer(attribute, answer)) return { answer, problem: null };
  return { answer: null, problem: rangeText(attribute) ?? t("objects.number.none") };
}
