import { describe, expect, it } from "vitest";

import type { Label } from "../../../api/types";
import { aRecord } from "../../../sync/testing/factories";
import { aProject } from "../testing/floor";
import { isAnswer, numberOf, openAttributes, read, type Attribute } from "./answers";
import { EVERYTHING, inUse, listed, type Filter } from "./filters";
import { windowOf } from "./useWindow";

const colour: Attribute = { id: 11, name: "Colour", kind: "text", choices: [], required: true, default: null, min: null, max: null, position: 1 };
const [cat, cup] = aProject().labels as [Label, Label];
const labels = [{ ...cat, attributes: [colour] }, cup];
const objects = [
  aRecord("a", { score: 0.4, author: "ana", attributes: { "11": "Dark red" } }),
  aRecord("b", { labelId: 2, score: null, author: "ben", flags: { crowd: true } }),
  aRecord("c", { score: 0.9, author: "ben" }),
];

const numbers = (change: Partial<Filter>): number[] =>
  listed(objects, { ...EVERYTHING, ...change }, { labels, unsentIds: new Set(["c"]) }).map(({ number }) => number);

describe("listed", () => {
  it.each<[string, Partial<Filter>, number[]]>([
    ["everything", {}, [1, 2, 3]],
    ["a label", { labelId: 1 }, [1, 3]],
    ["an author", { author: "ben" }, [2, 3]],
    ["low quality, which drawn objects have not", { low: true }, [1]],
    ["what is not saved yet", { unsent: true }, [3]],
    ["open answers", { open: true }, [3]],
    ["a flag", { flags: ["crowd"] }, [2]],
    ["words of answers, whatever their capitals", { text: "RED dark" }, [1]],
    ["words of a flag", { text: "crowd" }, [2]],
    ["the number of an object", { text: "3" }, [3]],
    ["all of several", { labelId: 1, author: "ben", unsent: true }, [3]],
    ["nothing", { text: "dog" }, []],
  ])("finds %s", (_, filter, found) => {
    expect(numbers(filter)).toEqual(found);
  });

  it("counts what is chosen behind the button", () => {
    expect(inUse({ ...EVERYTHING, text: "x", low: true, flags: ["crowd", "ignore"] })).toBe(3);
  });
});

describe("answers", () => {
  const number: Attribute = { ...colour, kind: "number", min: 0, max: 9 };

  it("count as the server counts them", () => {
    expect([" ", "x", 3].map((answer) => isAnswer(colour, answer))).toEqual([false, true, false]);
    expect([-1, 0, 9, 9.1, "5"].map((answer) => isAnswer(number, answer))).toEqual([false, true, true, false, false]);
    const choice: Attribute = { ...colour, kind: "choice", choices: ["a"] };
    expect(["a", "b", undefined].map((answer) => isAnswer(choice, answer))).toEqual([true, false, false]);
    expect([true, false, "true"].map((answer) => isAnswer({ ...colour, kind: "yes_no" }, answer))).toEqual([true, true, false]);
  });

  it("are missing where a required attribute has none that counts", () => {
    expect(objects.map((object) => openAttributes(object, labels.find(({ id }) => id === object.labelId) ?? null).length)).toEqual([0, 0, 1]);
  });

  it("are read from what people type", () => {
    expect(["1.5", " 2,5 ", "", "two", "Infinity"].map(numberOf)).toEqual([1.5, 2.5, null, null, null]);
    expect(read(number, "")).toEqual({ answer: null, problem: null });
    expect(read(number, "10")).toEqual({ answer: null, problem: "From 0 to 9." });
    expect(read(colour, "x".repeat(1001)).problem).toBe("At most 1,000 characters.");
  });
});

describe("windowOf", () => {
  it("makes all rows of a short list, and of a long one those in sight with eight more at each end", () => {
    expect(windowOf(60, { top: 0, height: 360, row: 36 })).toEqual({ from: 0, to: 60, above: 0, below: 0 });
    expect(windowOf(1000, { top: 3600, height: 360, row: 36 })).toEqual({ from: 92, to: 118, above: 92 * 36, below: 882 * 36 });
    expect(windowOf(1000, { top: 36_000, height: 360, row: 36 })).toEqual({ from: 974, to: 1000, above: 974 * 36, below: 0 });
  });
});
