import { fireEvent, screen, within } from "@testing-library/react";
import { beforeEach, describe, expect, it } from "vitest";

import { networkError } from "../../../api/errors";
import type { Comment, Role } from "../../../api/types";
import { aTask, ana, anAnnotation, ben } from "../../../sync/testing/factories";
import { boxMask } from "../../../engine/testing/bench";
import { useReviewKeys } from "../review/useReviewKeys";
import { Floor } from "../testing/floor";
import type { Flow } from "../useFlow";
import { CommentLayer } from "./CommentLayer";
import { CommentPanel } from "./CommentPanel";
import { commentsOf } from "./store";
import { aComment, FakeCommentApi, MemoryStorage } from "./testing";

const quiet: Flow = { decisions: [], busy: false, problem: null, done: null, decide: () => {}, next: () => {}, dismiss: () => {} };
const image = { ...aTask().image, width: 1000, height: 800 };
const { size, counts } = boxMask(100, 100, 50, 40);
const cat = anAnnotation("a", { id: 55, mask: { size: [...size], counts }, bbox: [100, 100, 50, 40], area: 2000 });

function Part() {
  useReviewKeys(quiet, false);
  return (
    <>
      <CommentLayer />
      <CommentPanel />
    </>
  );
}

let api: FakeCommentApi;

async function open(comments: Comment[] = [], role: Role = "annotator"): Promise<Floor> {
  const floor = await Floor.open({ role, task: { image, comments, annotations: [cat] } });
  commentsOf({ session: floor.session, taskId: 7, user: ana, api, storage: new MemoryStorage() });
  await floor.show(<Part />);
  return floor;
}

const press = (key: string): void => void fireEvent.keyDown(document.body, { key });

function click(floor: Floor, clientX: number, clientY: number): void {
  fireEvent(floor["workplace"].host, new PointerEvent("pointerdown", { button: 0, isPrimary: true, clientX, clientY }));
}

beforeEach(() => {
  api = new FakeCommentApi();
});

describe("a new comment", () => {
  it("C, a click on an object, words, Enter: it is pinned there and about the object", async () => {
    const floor = await open();
    press("c");
    expect(screen.getByText(/Click where the comment belongs/)).toBeTruthy();
    // The picture's corner is at (24, 24) of the view.
    await floor.happens(() => click(floor, 24 + 110.5, 24 + 120.5));
    const card = screen.getByRole("dialog", { name: "New comment" });
    expect(within(card).getByRole("button", { name: "Object 1, cat" })).toBeTruthy();
    const field = within(card).getByLabelText("Write a comment");
    fireEvent.change(field, { target: { value: "The ear is missing." } });
    await floor.happens(() => fireEvent.keyDown(field, { key: "Enter" }));
    expect(api.asked.map(([name, body]) => [name, body])).toMatchObject([
      ["create", { text: "The ear is missing.", x: 110, y: 120, annotation_id: 55 }],
    ]);
    expect(await screen.findByRole("dialog", { name: "Comment by ana" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "Comment by ana: “The ear is missing.”" })).toBeTruthy();
  });

  it("goes beside the object it was meant for when one says so", async () => {
    const floor = await open();
    press("c");
    await floor.happens(() => click(floor, 24 + 110.5, 24 + 120.5));
    fireEvent.click(screen.getByRole("button", { name: "Not about the object" }));
    expect(screen.getByText("On this spot")).toBeTruthy();
  });

  it("is placed by the keyboard on the selected object, and Escape leaves it", async () => {
    const floor = await open();
    await floor.happens(() => floor.bench.engine.select("a"));
    press("c");
    press("Escape");
    expect(screen.queryByText(/Click where the comment belongs/)).toBeNull();
    press("c");
    press("Enter");
    expect(screen.getByRole("dialog", { name: "New comment" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "Object 1, cat" })).toBeTruthy();
  });

  it("keeps its words when it cannot be sent, and offers them again after closing", async () => {
    const floor = await open();
    api.answers.push(() => Promise.reject(networkError()));
    press("c");
    await floor.happens(() => click(floor, 400, 400));
    const field = screen.getByLabelText("Write a comment");
    fireEvent.change(field, { target: { value: "Here." } });
    await floor.happens(() => fireEvent.keyDown(field, { key: "Enter" }));
    expect((await screen.findByRole("alert")).textContent).toBe(
      "Not sent. Cardinal does not answer. Check the connection, then try again.",
    );
    expect(screen.getByLabelText<HTMLTextAreaElement>("Write a comment").value).toBe("Here.");
    fireEvent.keyDown(field, { key: "Escape" });
    expect(screen.queryByRole("dialog")).toBeNull();
    // Folded while there are no comments.
    fireEvent.click(screen.getByRole("button", { name: "Comments" }));
    fireEvent.click(screen.getByRole("button", { name: "Not sent yet: “Here.”" }));
    expect(screen.getByLabelText<HTMLTextAreaElement>("Write a comment").value).toBe("Here.");
  });
});

describe("threads", () => {
  const thread = [aComment(1, { author: ben, text: "Is this a cup?" }), aComment(2, { parent_id: 1, author: ben, text: "Or a bowl?" })];

  it("show how many of their comments are new, until they are read", async () => {
    const floor = await open(thread);
    const pin = screen.getByRole("button", { name: "Comment by ben: “Is this a cup?”, 1 reply, 2 new" });
    expect(pin.getAttribute("aria-expanded")).toBe("false");
    await floor.happens(() => fireEvent.click(pin));
    expect(screen.getByRole("button", { name: "Comment by ben: “Is this a cup?”, 1 reply" })).toBe(pin);
    expect(screen.getByRole("dialog", { name: "Comment by ben" }).textContent).toContain("Or a bowl?");
  });

  it("are resolved and reopened, and leave the picture meanwhile", async () => {
    const floor = await open(thread);
    fireEvent.click(screen.getByRole("button", { name: /^Comment by ben/ }));
    await floor.happens(() => fireEvent.click(screen.getByRole("button", { name: "Resolve" })));
    expect(api.asked).toEqual([["change", 1, { version: 1, resolved: true }]]);
    expect(screen.queryByRole("button", { name: /^Comment by/ })).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: "Resolved 1" }));
    const pin = screen.getByRole("button", { name: /^Comment by.*resolved$/ });
    fireEvent.click(pin);
    await floor.happens(() => fireEvent.click(screen.getByRole("button", { name: "Reopen" })));
    expect(api.asked.at(-1)).toEqual(["change", 1, { version: 2, resolved: false }]);
  });

  it("of colleagues appear as they are written, and are said aloud", async () => {
    const floor = await open();
    await floor.happens(() => floor.line.onEvent({ type: "comment.changed", comment: aComment(9, { author: ben, text: "Look." }) }));
    expect(screen.getByText("New comment by ben: “Look.”")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Comment by ben: “Look.”, 1 new" })).toBeTruthy();
  });

  it("are read and not answered by viewers", async () => {
    const floor = await open(thread, "viewer");
    await floor.happens(() => fireEvent.click(screen.getByRole("button", { name: /^Comment by ben/ })));
    expect(screen.getByRole("dialog", { name: "Comment by ben" }).textContent).toContain("Or a bowl?");
    expect(screen.queryByLabelText("Reply")).toBeNull();
    expect(screen.queryByRole("button", { name: "Resolve" })).toBeNull();
    press("c");
    expect(screen.queryByText(/Click where the comment belongs/)).toBeNull();
  });

  it("are left alone by a hand that is placing points", async () => {
    const floor = await open(thread);
    const ground = (): string | null | undefined => document.querySelector("[data-part='comments'] [data-busy]")?.getAttribute("data-busy");
    expect(ground()).toBe("false");
    await floor.happens(() => floor.bench.click(300, 300));
    expect(ground()).toBe("true");
  });
});

describe("one's own comment", () => {
  const fresh = new Date().toISOString();

  it("is changed and deleted for a while; a deletion asks once more", async () => {
    const floor = await open([aComment(1, { created_at: fresh })]);
    fireEvent.click(screen.getByRole("button", { name: /^Comment by ana/ }));
    fireEvent.click(screen.getByRole("button", { name: "Edit this comment" }));
    const field = screen.getByLabelText("Write a comment");
    fireEvent.change(field, { target: { value: "Better words" } });
    await floor.happens(() => fireEvent.click(screen.getByRole("button", { name: "Save" })));
    expect(api.asked).toEqual([["change", 1, { version: 1, text: "Better words" }]]);
    expect(screen.getAllByText("Better words").length).toBeGreaterThan(0);
  });

  it("is final after 15 minutes, and others' always", async () => {
    await open([aComment(1), aComment(2, { parent_id: 1, author: ben, created_at: fresh })]);
    fireEvent.click(screen.getByRole("button", { name: /^Comment by ana/ }));
    expect(screen.queryByRole("button", { name: "Edit this comment" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Delete this comment" })).toBeNull();
  });
});
