import { MantineProvider, Modal } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";

import { theme } from "./theme";

describe("the theme's dialogs", () => {
  it("have a named close button and add no second banner to the page", () => {
    const close = vi.fn();
    render(
      <MantineProvider theme={theme} env="test">
        <Modal opened onClose={close} title="Keys">
          All keys
        </Modal>
      </MantineProvider>,
    );
    expect(screen.getByRole("dialog", { name: "Keys" }).textContent).toBe("KeysAll keys");
    expect(screen.queryByRole("banner")).toBeNull();
    screen.getByRole("button", { name: "Close" }).click();
    expect(close.mock.calls.length).toBe(1);
  });
});
