import { describe, expect, it } from "vitest";

import { ApiError, networkError } from "../../api/errors";
import type { UploadedImage } from "../../api/types";
import { settleBatch } from "./settle";

const batch = (...names: string[]) => names.map((name, index) => ({ id: index + 1, file: { name } }));

const image = (name: string, duplicate = false): UploadedImage => ({
  id: 1,
  dataset_id: 1,
  name,
  sha256: "",
  width: 1,
  height: 1,
  media_type: "image/png",
  byte_size: 1,
  file_url: "",
  thumbnail_url: "",
  tiles: null,
  duplicate,
});

const states = (settled: ReturnType<typeof settleBatch>) => [...settled.values()].map(({ state }) => state);

describe("settleBatch", () => {
  it("matches refusals by name and the rest in order", () => {
    const settled = settleBatch(batch("a.jpg", "bad.jpg", "c.jpg"), {
      images: [image("a.jpg"), image("stored-earlier-as.jpg", true)],
      errors: [{ name: "bad.jpg", code: "not_an_image", message: "“bad.jpg” is not an image." }],
    });
    expect(states(settled)).toEqual(["done", "failed", "duplicate"]);
    expect(settled.get(2)?.problem?.message).toBe("“bad.jpg” is not an image.");
    expect(settled.get(1)?.problem).toBeNull();
  });

  it("knows a name whose accents are composed otherwise", () => {
    const settled = settleBatch(batch("café.png".normalize("NFD"), "b.png"), {
      images: [image("b.png")],
      errors: [{ name: "café.png".normalize("NFC"), code: "truncated", message: "Cut off." }],
    });
    expect(states(settled)).toEqual(["failed", "done"]);
  });

  it("falls back to names when the server answers with fewer images", () => {
    const settled = settleBatch(batch("a.jpg", "b.jpg"), { images: [image("b.jpg", true)], errors: [] });
    expect(states(settled)).toEqual(["done", "duplicate"]);
  });

  it("gives each file its own sentence when the whole batch was refused", () => {
    const refusal = new ApiError(400, "invalid_images", "No file was usable.", {
      files: [
        { name: "a.txt", code: "not_an_image", message: "“a.txt” is not an image." },
        { name: 5, message: "ignored" },
        "ignored",
      ],
    });
    const settled = settleBatch(batch("a.txt", "b.txt"), refusal);
    expect(states(settled)).toEqual(["failed", "failed"]);
    expect(settled.get(1)?.problem).toEqual({ code: "not_an_image", message: "“a.txt” is not an image." });
    expect(settled.get(2)?.problem).toEqual({ code: "invalid_images", message: "No file was usable." });
  });

  it.each([
    [networkError(), "unreachable"],
    [new TypeError("boom"), "unreachable"],
    ["not a result", "unreachable"],
  ])("fails every file on %s", (answer, code) => {
    expect(settleBatch(batch("a.jpg"), answer).get(1)).toEqual({ state: "failed", problem: { code, message: "" } });
  });
});
