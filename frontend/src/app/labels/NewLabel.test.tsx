import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import type { LabelInput } from "../../api/types";
import { renderPart } from "../../testing/render";
import { PALETTE } from "../theme/palette";
import { NewLabel } from "./NewLabel";

const cat: LabelInput = { name: "Cat", color: PALETTE[0]?.color ?? "", kind: "thing" };
const nameField = () => screen.getByLabelText<HTMLInputElement>("Name of the new label");

describe("NewLabel", () => {
  it("adds a label with the next free colour and is ready for another", async () => {
    const onAdd = vi.fn();
    renderPart(<NewLabel existing={[cat]} onAdd={onAdd} />);
    await userEvent.type(nameField(), " dog {Enter}");
    expect(onAdd.mock.calls).toEqual([[{ name: "dog", color: PALETTE[1]?.color, kind: "thing" }]]);
    expect(nameField().value).toBe("");
    expect(document.activeElement).toBe(nameField());
  });

  it("refuses a name that is there already, whatever its capitals", async () => {
    const onAdd = vi.fn();
    renderPart(<NewLabel existing={[cat]} onAdd={onAdd} />);
    await userEvent.type(nameField(), "CAT{Enter}");
    expect(onAdd).not.toHaveBeenCalled();
    expect(screen.getByText("There is a label “CAT” already. Choose another name.")).toBeTruthy();
  });

  it("keeps the text when it could not be stored", async () => {
    renderPart(<NewLabel existing={[]} onAdd={() => Promise.reject(new Error("away"))} />);
    await userEvent.type(nameField(), "dog{Enter}");
    expect(nameField().value).toBe("dog");
  });

  it("adds stuff in a colour picked from the palette", async () => {
    const onAdd = vi.fn();
    renderPart(<NewLabel existing={[]} onAdd={onAdd} />);
    await userEvent.type(nameField(), "sky");
    await userEvent.click(screen.getByText("Stuff"));
    await userEvent.click(screen.getByRole("button", { name: "Colour of sky: blue. Change" }));
    await userEvent.click(screen.getByRole("button", { name: "teal" }));
    await userEvent.click(screen.getByRole("button", { name: "Add label" }));
    expect(onAdd.mock.calls).toEqual([[{ name: "sky", color: "#01707a", kind: "stuff" }]]);
  });
});
