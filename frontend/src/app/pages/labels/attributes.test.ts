import { describe, expect, it } from "vitest";

import type { Attribute } from "../../../api/attributeCalls";
import { ApiError } from "../../../api/errors";
import { BLANK, changeOf, draftOf, inputOf, problemsOf, summaryOf } from "./attributeDraft";
import { answersLost, moved } from "./useAttributeWrites";
import { withOne } from "./useLabelWrites";

const colour: Attribute = { id: 1, name: "Colour", kind: "choice", choices: ["red", "blue"], required: true, default: "red", min: null, max: null, position: 1 };
const age: Attribute = { ...colour, id: 2, name: "Age", kind: "number", choices: [], required: false, default: null, min: 0, max: 9.5, position: 2 };
const tame: Attribute = { ...colour, id: 3, name: "Tame", kind: "yes_no", choices: [], default: false, position: 3 };

describe("an answer that comes after the event about the same write", () => {
  it("adds nothing twice", () => {
    expect(withOne([colour, age], tame)).toEqual([colour, age, tame]);
    expect(withOne([colour, age, tame], { ...age, name: "Years" })).toEqual([colour, { ...age, name: "Years" }, tame]);
  });
});

describe("a draft", () => {
  it.each([colour, age, tame])("gives back the attribute that it was made of: $name", (attribute) => {
    const { id, position } = attribute;
    expect({ id, position, ...inputOf(draftOf(attribute)) }).toEqual(attribute);
  });

  it("takes one choice a line, and leaves out what another kind has", () => {
    const draft = { ...BLANK, name: " Size ", choices: " small \n\nlarge", min: "1", usual: "small" };
    expect(inputOf(draft)).toEqual({ name: "Size", kind: "choice", choices: ["small", "large"], required: false, default: "small", min: null, max: null });
  });

  it("sees a missing name and numbers that are none", () => {
    expect(problemsOf(BLANK)).toEqual({ name: "Give it a name." });
    const draft = { ...BLANK, name: "Age", kind: "number" as const, min: "0", max: "ten", usual: "1,5" };
    expect(problemsOf(draft)).toEqual({ max: "Write a number, or leave it empty." });
  });

  it("changes all but the kind, and names the answers that may be lost", () => {
    expect(changeOf(draftOf(age), null)).toEqual({ name: "Age", required: false, default: null, min: 0, max: 9.5 });
    expect(changeOf(draftOf(colour), 12)).toEqual({ name: "Colour", required: true, default: "red", choices: ["red", "blue"], confirm: 12 });
  });
});

describe("the list", () => {
  it("numbers all anew when one is moved", () => {
    const list = moved([colour, age, tame], { ...tame, position: 1 });
    expect(list.map(({ name, position }) => [name, position])).toEqual([["Tame", 1], ["Colour", 2], ["Age", 3]]);
  });

  it("says in a few words what is asked", () => {
    expect([colour, age, tame, { ...age, min: null }].map(summaryOf)).toEqual(["Choice, red · blue", "Number, 0 to 9.5", "Yes or no", "Number, 9.5 or less"]);
  });

  it("knows how many answers a refused change would lose", () => {
    expect(answersLost(new ApiError(409, "attribute_in_use", "", { answers: 12 }))).toBe(12);
    expect(answersLost(new ApiError(409, "name_taken", ""))).toBeNull();
  });
});
