import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import { ApiError } from "../../api/errors";
import { renderPart } from "../../testing/render";
import type { SendBatch } from "./queue";
import { UploadPanel } from "./UploadPanel";
import { uploadsOf } from "./uploads";

const send = vi.hoisted(() => vi.fn<SendBatch>());
vi.mock("./send", () => ({ imageSender: () => send }));

const files = (...names: string[]) => names.map((name) => new File(["x"], name));

describe("UploadPanel", () => {
  it("is not there before there is an upload", () => {
    const { container } = renderPart(<UploadPanel datasetId={1} />);
    expect(container.querySelector("section")).toBeNull();
  });

  it("names each refused file with its reason, and sends it again", async () => {
    const refusal = { code: "not_an_image", message: "“notes.jpg” is not an image." };
    send.mockResolvedValueOnce({ images: [], errors: [{ name: "notes.jpg", ...refusal }] });
    renderPart(<UploadPanel datasetId={2} />);
    uploadsOf(2).add(files("notes.jpg"));
    await screen.findByText("“notes.jpg” is not an image.");
    const row = screen.getByRole("listitem");
    expect(screen.getByRole("status").textContent).toBe("1 file was not added");

    send.mockRejectedValueOnce(new ApiError(413, "too_large", ""));
    await userEvent.click(within(row).getByRole("button", { name: "Try notes.jpg again" }));
    await screen.findByText("This is larger than the server accepts. Send less at once.");
    await userEvent.click(screen.getByRole("button", { name: "Remove notes.jpg from the list" }));
    expect(screen.queryByRole("listitem")).toBeNull();
  });

  it("shows what is under way and can stop it", async () => {
    send.mockImplementationOnce((_, { onProgress, signal }) => {
      onProgress(1);
      return new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () => reject(new ApiError(0, "unreachable", ""))),
      );
    });
    renderPart(<UploadPanel datasetId={3} />);
    uploadsOf(3).add(files("a.jpg", "b.jpg"));
    expect(await screen.findByText("Uploading 2 files")).toBeTruthy();
    const bar = (name: string) => screen.getByRole("progressbar", { name }).getAttribute("aria-valuenow");
    expect([bar("Upload"), bar("Upload of a.jpg"), bar("Upload of b.jpg")]).toEqual(["50", "100", "0"]);
    await userEvent.click(screen.getByRole("button", { name: "Stop" }));
    expect(screen.queryByText("Uploading 2 files")).toBeNull();
    expect(uploadsOf(3).snapshot().items).toEqual([]);
  });
});
