import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";

import { renderPart } from "../../../testing/render";
import { serve } from "../../../testing/server";
import { projectOf } from "../../../testing/shapes";
import { GuideEditor } from "./GuideEditor";

const project = projectOf({ id: 3, guide: "Label cups." });
const picture = { name: "a-cup.png", url: "/api/x/a-cup.png", media_type: "image/png", width: 4, height: 3, byte_size: 9, created_at: "" };
const PICTURES = "/api/projects/3/guide/pictures";
const area = () => screen.getByLabelText<HTMLTextAreaElement>("Text of the guide, in Markdown");

it("puts dropped pictures into the text, shows them, and stores the text", async () => {
  const asked = serve({
    [`POST ${PICTURES}`]: () => ({ pictures: [picture], errors: [{ name: "x.gif", code: "x", message: "“x.gif” is no picture." }] }),
    [`GET ${PICTURES}`]: () => ({ results: [picture], next: null }),
    "PATCH /api/projects/3": () => project,
  });
  const onClose = vi.fn();
  renderPart(<GuideEditor project={project} onClose={onClose} />);
  const files = [new File(["x"], "A cup.png", { type: "image/png" })];
  fireEvent.drop(area(), { dataTransfer: { types: ["Files"], files } });
  await waitFor(() => expect(area().value).toBe("Label cups.\n\n![a cup](a-cup.png)"));
  expect(screen.getByRole("alert").textContent).toBe("x.gif: “x.gif” is no picture.");
  expect(screen.getByRole("button", { name: "The text shows a-cup.png. Remove it there first." })).toBeTruthy();
  await userEvent.click(screen.getByRole("tab", { name: "Preview" }));
  expect(screen.getByRole("img", { name: "a cup" }).getAttribute("src")).toBe(picture.url);
  await userEvent.click(screen.getByRole("button", { name: "Save guide" }));
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(asked.find(({ method }) => method === "PATCH")?.body).toEqual({ guide: "Label cups.\n\n![a cup](a-cup.png)" });
});

it("removes a picture that the text does not show", async () => {
  const asked = serve({
    [`GET ${PICTURES}`]: () => ({ results: [picture], next: null }),
    [`DELETE ${PICTURES}/a-cup.png`]: () => null,
  });
  renderPart(<GuideEditor project={project} onClose={() => {}} />);
  await userEvent.click(await screen.findByRole("button", { name: "Remove a-cup.png" }));
  await waitFor(() => expect(asked.some(({ method }) => method === "DELETE")).toBe(true));
});

it("says why a picture was not taken", async () => {
  const error = { code: "invalid_images", message: "“x.gif” is no picture for a guide.", details: { files: [] } };
  serve({ [`GET ${PICTURES}`]: () => ({ results: [], next: null }), [`POST ${PICTURES}`]: () => ({ error }) });
  renderPart(<GuideEditor project={project} onClose={() => {}} />);
  fireEvent.paste(area(), { clipboardData: { files: [new File(["x"], "x.gif")] } });
  expect((await screen.findByRole("alert")).textContent).toBe(error.message);
  expect(area().value).toBe("Label cups.");
});
