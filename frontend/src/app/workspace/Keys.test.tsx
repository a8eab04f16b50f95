import { screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";

import { preferences } from "../data/preferences";
import { renderPart } from "../../testing/render";
import { TextWithKeys } from "./Keys";

afterEach(() => preferences.set("keymap", {}));

describe("a sentence with keys", () => {
  const shown = (): string => screen.getByTestId("sentence").textContent;

  it("shows the key that this person has for a command, and other keys as they are", () => {
    preferences.set("keymap", { "tool.eraser": ["q"] });
    renderPart(
      <p data-testid="sentence">
        <TextWithKeys text="`tool.eraser` erases, `tool.brush` paints, `Esc` leaves." />
      </p>,
    );
    expect(shown()).toBe("Q erases, B paints, Esc leaves.");
  });

  it("names a command that has no key", () => {
    preferences.set("keymap", { "tool.eraser": [] });
    renderPart(
      <p data-testid="sentence">
        <TextWithKeys text="`tool.eraser` erases." />
      </p>,
    );
    expect(shown()).toBe("Eraser erases.");
  });
});
