import { fireEvent, screen, within } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";

import type { Annotation, Role, TaskDetail } from "../../../api/types";
import { boxMask } from "../../../engine/testing/bench";
import { aTask, ana, anAnnotation, ben } from "../../../sync/testing/factories";
import { RequestChanges } from "../dialogs/RequestChanges";
import { Floor } from "../testing/floor";
import type { Flow } from "../useFlow";
import { useKeys } from "../useKeys";
import { ReviewPanel } from "./ReviewPanel";
import { reviewOf } from "./reviewDesk";
import { useReviewKeys } from "./useReviewKeys";
import type { Said } from "./verdicts";
import { VerdictLayer } from "./VerdictLayer";
import { VerdictMark } from "./VerdictMark";

const image = { ...aTask().image, width: 1000, height: 800 };
const decide = vi.fn();
const flow: Flow = { decisions: ["accept", "requestChanges"], busy: false, problem: null, done: null, decide, next: () => {}, dismiss: () => {} };

function objectAt(id: string, number: number, changes: Partial<Annotation> = {}): Annotation {
  const box = [100 * number, 100, 50, 40] as const;
  const { size, counts } = boxMask(...box);
  return anAnnotation(id, { id: 50 + number, mask: { size: [...size], counts }, bbox: [...box], area: 2000, ...changes });
}

const rejectedBy = (user: typeof ben): Partial<Annotation> => ({
  verdict: "rejected",
  verdict_by: user,
  verdict_reasons: ["loose_edge"],
  verdict_text: "the tail",
});

function Part() {
  useReviewKeys(flow, false);
  useKeys({ flow, onDialog: () => {}, blocked: false });
  return (
    <>
      <ReviewPanel />
      <VerdictLayer />
      <ul>
        {["a", "b", "c"].map((id) => (
          <li key={id} data-testid={id}>
            <VerdictMark objectId={id} />
          </li>
        ))}
      </ul>
    </>
  );
}

let asked: [id: number, version: number, verdict: string][];

async function open(task: Partial<TaskDetail> = {}, role: Role = "reviewer"): Promise<Floor> {
  const annotations = [objectAt("a", 1), objectAt("b", 2, { label_id: 2 }), objectAt("c", 3)];
  const floor = await Floor.open({ role, task: { image, state: "submitted", annotations, ...task } });
  const judge = (id: number, version: number, said: Said): Promise<Annotation> => {
    asked.push([id, version, said.verdict]);
    const known = annotations.find((each) => each.id === id) ?? objectAt("?", 9);
    const words = { verdict_reasons: [...said.reasons], verdict_text: said.text, verdict_by: said.verdict === "none" ? null : ana };
    return Promise.resolve({ ...known, version: version + 1, verdict: said.verdict, ...words });
  };
  const api = { judge, proposal: () => Promise.reject(new Error("not part of this test")) };
  reviewOf({ session: floor.session, engine: floor.bench.engine, user: ana, api });
  await floor.show(<Part />);
  return floor;
}

const press = (key: string, more: object = {}): boolean => fireEvent.keyDown(document.body, { key, ...more });
const mark = (id: string): string | null => within(screen.getByTestId(id)).queryByRole("img")?.getAttribute("aria-label") ?? null;

beforeEach(() => {
  asked = [];
  decide.mockClear();
});

describe("reviewing object by object", () => {
  it("A accepts the selected one and goes on to the next without a verdict", async () => {
    const floor = await open();
    expect(floor.bench.status.tool).toBe("select");
    expect(screen.getByText("0 of 3 looked at")).toBeTruthy();
    await floor.happens(() => floor.bench.key("ArrowRight"));
    await floor.happens(() => press("a"));
    expect(floor.bench.status.selection).toBe("b");
    await floor.happens(() => press("a"));
    expect([mark("a"), mark("b"), mark("c")]).toEqual(["Accepted", "Accepted", null]);
    expect(screen.getByText("2 of 3 looked at")).toBeTruthy();
    await vi.waitFor(() => expect(asked).toEqual([[51, 1, "accepted"], [52, 1, "accepted"]]));
  });

  it("J, a number and Enter reject with a reason; the mark says it", async () => {
    const floor = await open();
    await floor.happens(() => floor.bench.engine.select("b"));
    await floor.happens(() => press("j"));
    const card = screen.getByRole("dialog", { name: "Reject Object 2, cup" });
    fireEvent.keyDown(card, { key: "2" });
    fireEvent.change(within(card).getByLabelText("What is wrong, in your words"), { target: { value: "the tail" } });
    await floor.happens(() => fireEvent.keyDown(within(card).getByRole("button", { name: /Loose edge/ }), { key: "Enter" }));
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(screen.getByText("Object 2, cup: Rejected: Loose edge: the tail")).toBeTruthy();
    expect(mark("b")).toBe("Rejected: Loose edge: the tail");
    expect(floor.bench.status.selection).toBe("c");
  });

  it("Escape leaves the object as it was", async () => {
    const floor = await open();
    await floor.happens(() => floor.bench.engine.select("b"));
    await floor.happens(() => press("j"));
    await floor.happens(() => fireEvent.keyDown(screen.getByRole("dialog"), { key: "Escape" }));
    expect([screen.queryByRole("dialog"), mark("b"), floor.bench.status.selection]).toEqual([null, null, "b"]);
  });

  it("a verdict is undone by Ctrl-Z, which selects its object again", async () => {
    const floor = await open();
    await floor.happens(() => floor.bench.engine.select("a"));
    await floor.happens(() => press("a"));
    await floor.happens(() => press("z", { ctrlKey: true }));
    expect([mark("a"), floor.bench.status.selection]).toEqual([null, "a"]);
    await floor.happens(() => press("y", { ctrlKey: true }));
    expect(mark("a")).toBe("Accepted");
  });

  it("A with nothing selected accepts the image, Shift-A also while an object is selected", async () => {
    const floor = await open();
    await floor.happens(() => press("a"));
    expect(decide.mock.calls).toEqual([[{ kind: "accept" }]]);
    await floor.happens(() => floor.bench.engine.select("a"));
    await floor.happens(() => press("A", { shiftKey: true }));
    expect(decide.mock.calls.length).toBe(2);
    expect(asked).toEqual([]);
  });

  it("an object that somebody else judges shows it at once, with their name", async () => {
    const floor = await open();
    const annotation = objectAt("c", 3, { version: 2, ...rejectedBy(ben) });
    await floor.happens(() => floor.line.onEvent({ type: "annotation.changed", annotation }));
    await floor.happens(() => floor.bench.engine.select("c"));
    expect(mark("c")).toBe("Rejected: Loose edge: the tail");
    expect(screen.getByText("Loose edge: the tail · ben")).toBeTruthy();
  });

  it("while somebody else reviews the task, a verdict is answered by a sentence", async () => {
    const floor = await open({ lease: { holder: ben, expires_at: "" } });
    await floor.happens(() => floor.bench.engine.select("a"));
    await floor.happens(() => press("a"));
    expect(screen.getByRole("alert").textContent).toBe("ben reviews this task now. Their verdicts appear here as they give them.");
    expect([asked, mark("a")]).toEqual([[], null]);
  });
});

describe("a task that was sent back", () => {
  const annotations = [objectAt("a", 1, rejectedBy(ben)), objectAt("b", 2), objectAt("c", 3, { ...rejectedBy(ben), verdict_text: "" })];
  const last_review = { id: 1, verdict: "request_changes", comment: "See the tails.", reviewer: ben, created_at: "" } as const;
  const task = { state: "changes_requested", annotations, last_review } as const;

  it("lists what was rejected with its reasons, and J goes from one to the next", async () => {
    const floor = await open(task, "annotator");
    expect(screen.getByRole("heading", { name: "Sent back by ben" })).toBeTruthy();
    expect(screen.getByText("See the tails.")).toBeTruthy();
    const rows = screen.getAllByRole("button", { name: /^Rejected/ });
    expect(rows.map((row) => row.textContent)).toEqual(["Object 1, catLoose edge: the tail", "Object 3, catLoose edge"]);
    const seen: (string | null)[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      await floor.happens(() => press("j"));
      seen.push(floor.bench.status.selection);
    }
    expect(seen).toEqual(["a", "c", "a"]);
  });

  it("drops an object from that list when the server forgets the verdict, because its mask has changed", async () => {
    const floor = await open(task, "annotator");
    for (const [id, number] of [["a", 1], ["c", 3]] as const) {
      await floor.happens(() => floor.line.onEvent({ type: "annotation.changed", annotation: objectAt(id, number, { version: 2 }) }));
    }
    expect(screen.getByText("Every rejected object has been changed. Submit the task again when it is right.")).toBeTruthy();
    expect([mark("a"), mark("c")]).toEqual([null, null]);
  });

  it("asks nothing of who may not change it", async () => {
    const floor = await open(task, "viewer");
    await floor.happens(() => press("j"));
    expect(floor.bench.status.selection).toBeNull();
    expect(mark("a")).toBe("Rejected: Loose edge: the tail");
  });
});

it("requesting changes carries the rejections, so that no word of one's own is needed", async () => {
  const floor = await Floor.open({ role: "reviewer", task: { image, state: "submitted", annotations: [objectAt("a", 1, rejectedBy(ana))] } });
  const sent = vi.fn();
  await floor.show(<RequestChanges opened onClose={() => {}} onSend={sent} />);
  expect(await screen.findByText("1 rejected object goes along, with its reasons:")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Request changes" }));
  expect(sent.mock.calls).toEqual([["1 object is rejected: Object 1, cat (Loose edge: the tail)."]]);
});
