import { describe, expect, it } from "vitest";

import { found } from "./search";

const ALL = ["Next task without submitting", "Submit and go on to the next task", "Undo", "Label: Näpfe", "Turn the view right", "Turn the view left"];
const search = (typed: string): readonly string[] => found(typed, ALL, (text) => text);

describe("found", () => {
  it.each([
    ["", ALL],
    ["next", [ALL[0], ALL[1]]],
    ["task next", [ALL[0], ALL[1]]],
    ["nx ta", [ALL[0], ALL[1]]],
    ["turn left", [ALL[5]]],
    ["tu r", [ALL[4]]],
    ["napf", [ALL[3]]],
    ["UNDO", [ALL[2]]],
    ["mit", [ALL[0], ALL[1]]],
    ["undo task", []],
    ["?", []],
  ])("%j", (typed, texts) => {
    expect(search(typed)).toEqual(texts);
  });
});
