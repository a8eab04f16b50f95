import { fireEvent, screen, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";

import { allCommands } from "../../commands/registry";
import { NO_KEYS, preferences } from "../../data/preferences";
import { renderPart } from "../../../testing/render";
import { KeysPanel } from "./KeysPanel";

const FEW = allCommands.filter(({ id }) => ["accept", "tool.brush", "tool.eraser"].includes(id));

const button = (name: string): HTMLElement => screen.getByRole("button", { name });
const row = (name: string): HTMLElement => screen.getByRole("row", { name: new RegExp(`^${name}`) });
const keysIn = (name: string): readonly string[] => [...row(name).querySelectorAll("kbd")].map((key) => key.textContent);
const press = (key: string, over = {}): void => void fireEvent.keyDown(document.activeElement ?? document.body, { key, ...over });
const status = (): string => screen.getByRole("status").textContent;

function change(name: string): void {
  const found = button(`Change the key of “${name}”`);
  found.focus();
  fireEvent.click(found);
}

beforeEach(() => {
  preferences.set("keymap", NO_KEYS);
  renderPart(<KeysPanel listed={FEW} />);
});

describe("choosing keys", () => {
  it("takes the next key, and says so", () => {
    change("Brush");
    expect(button("Press the new key for “Brush”. Escape leaves it as it is, Backspace removes it.").textContent).toBe("Press a key…");
    press("Shift", { shiftKey: true });
    press("G", { shiftKey: true });
    expect([keysIn("Brush"), status()]).toEqual([["Shift G"], "“Brush” has the key Shift G now."]);
    expect(preferences.get("keymap")).toEqual({ "tool.brush": ["Shift+g"] });
  });

  it("asks before it takes a key from another command", () => {
    change("Brush");
    press("x");
    expect(screen.getByRole("alert").textContent).toBe("X is “Eraser” now, which would have no such key any more.");
    expect(preferences.get("keymap")).toEqual({});
    expect(document.activeElement).toBe(button("Use it here"));
    fireEvent.click(button("Use it here"));
    expect([keysIn("Brush"), keysIn("Eraser")]).toEqual([["X"], []]);
    expect(within(row("Eraser")).getByText("no key").tagName).toBe("SPAN");
  });

  it("leaves all as it is when the key is not to be taken", () => {
    change("Brush");
    press("x");
    fireEvent.click(button("Leave it"));
    expect([screen.queryByRole("alert"), preferences.get("keymap")]).toEqual([null, {}]);
  });

  it("refuses what cannot be had, and waits for another", () => {
    change("Brush");
    press(" ");
    expect(screen.getByRole("alert").textContent).toBe("Space always does what it does. Choose another key.");
    press("w", { ctrlKey: true });
    expect(screen.getByRole("alert").textContent).toBe("Browsers keep Ctrl W for themselves. Choose another key.");
    press("y");
    expect(keysIn("Brush")).toEqual(["Y"]);
  });

  it("ends with Escape, with another click, and by going on with Tab", () => {
    for (const end of [() => press("Escape"), () => fireEvent.click(document.activeElement ?? document.body), () => fireEvent.blur(document.activeElement ?? document.body)]) {
      change("Brush");
      end();
      expect(button("Change the key of “Brush”").textContent).toBe("Change");
    }
    expect(preferences.get("keymap")).toEqual({});
  });

  it("removes a key with Backspace", () => {
    change("Brush");
    press("Backspace");
    expect([keysIn("Brush"), status()]).toEqual([[], "“Brush” has no key now."]);
  });

  it("takes one change back, resets one command, and resets all", () => {
    change("Brush");
    press("y");
    change("Eraser");
    press("q");
    fireEvent.click(button("Undo"));
    expect(preferences.get("keymap")).toEqual({ "tool.brush": ["y"] });
    fireEvent.click(button("Reset the key of “Brush”"));
    expect([preferences.get("keymap"), keysIn("Brush")]).toEqual([{}, ["B"]]);
    expect(button("Reset all keys").hasAttribute("disabled")).toBe(true);
    change("Brush");
    press("y");
    fireEvent.click(button("Reset all keys"));
    expect([preferences.get("keymap"), status()]).toEqual([{}, "All keys are the usual ones again."]);
  });

  it("follows another tab", () => {
    preferences.set("keymap", { "tool.brush": ["y"] });
    return screen.findByRole("button", { name: "Reset the key of “Brush”" });
  });

  it("finds commands by their name, and has no button for what is fixed", () => {
    fireEvent.change(screen.getByRole("searchbox"), { target: { value: "accept mask" } });
    const rows = screen.getAllByRole("row").slice(2);
    expect(rows.map((each) => within(each).queryAllByRole("button").length)).toEqual([0]);
    expect(rows[0]?.textContent).toContain("always this");
  });
});
