import { beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError, networkError } from "../../../api/errors";
import type { Annotation, TaskEvent } from "../../../api/types";
import type { ChangeSource, ObjectRecord } from "../../../engine";
import { aDetail, ana, anAnnotation, aRecord, ben } from "../../../sync/testing/factories";
import { ReviewDesk } from "./reviewDesk";
import { ACCEPTED, NOTHING_SAID, rejection, type Said } from "./verdicts";

class World {
  readonly stored = new Map<string, Annotation>();
  readonly asked: [id: number, version: number, said: Said][] = [];
  readonly answers: (() => Promise<Annotation>)[] = [];
  readonly retry = vi.fn(() => Promise.resolve());
  flushed = true;
  private watcher: (event: TaskEvent) => void = () => {};
  private edited: (diff: never, source: ChangeSource) => void = () => {};
  readonly desk: ReviewDesk;

  constructor(...ids: string[]) {
    ids.forEach((id, index) => this.stored.set(id, anAnnotation(id, { id: 100 + index })));
    const session = {
      annotation: (id: string) => this.stored.get(id) ?? null,
      heard: (annotation: Annotation) => void this.stored.set(annotation.client_id, annotation),
      flush: () => Promise.resolve(this.flushed),
      onEvent: (watcher: (event: TaskEvent) => void) => {
        this.watcher = watcher;
        return () => {};
      },
      retry: this.retry,
      snapshot: () => ({}) as never,
      subscribe: () => () => {},
    };
    const engine = {
      objects: (): ObjectRecord[] => ids.map((id) => aRecord(id)),
      onObjects: (listener: (diff: never, source: ChangeSource) => void) => {
        this.edited = listener;
        return () => {};
      },
    };
    const api = {
      judge: (id: number, version: number, said: Said) => {
        this.asked.push([id, version, said]);
        return this.answers.shift()?.() ?? Promise.resolve(this.judged(id, said));
      },
      proposal: () => Promise.reject(new Error("not part of this test")),
    };
    this.desk = new ReviewDesk({ session, engine, user: ana, api });
  }

  tell(event: TaskEvent): void {
    if (event.type === "annotation.changed") this.stored.set(event.annotation.client_id, event.annotation);
    this.watcher(event);
  }

  edit(source: ChangeSource = "user"): void {
    this.edited(undefined as never, source);
  }

  verdicts(): string[] {
    return [...this.desk.snapshot().said].map(([id, { verdict, by }]) => `${id} ${verdict} by ${by ?? "-"}`);
  }

  judged(id: number, said: Said): Annotation {
    const [known] = [...this.stored.values()].filter((each) => each.id === id);
    if (known === undefined) throw new Error("no such object");
    return by(ana, { ...known, version: known.version + 1 }, said);
  }
}

function by(user: typeof ana, annotation: Annotation, said: Said): Annotation {
  return {
    ...annotation,
    verdict: said.verdict,
    verdict_reasons: [...said.reasons],
    verdict_text: said.text,
    verdict_by: said.verdict === "none" ? null : user,
  };
}

let world: World;
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  world = new World("a", "b");
});

describe("a verdict", () => {
  it("is seen at once, sent with the version it was given on, and then has its author", async () => {
    const sent = world.desk.judge("a", rejection(["loose_edge"], "The tail."));
    expect(world.verdicts()).toEqual(["a rejected by -"]);
    await sent;
    expect(world.asked).toEqual([[100, 1, { verdict: "rejected", reasons: ["loose_edge"], text: "The tail." }]]);
    expect(world.verdicts()).toEqual(["a rejected by ana"]);
  });

  it("is not sent twice when the same is said again", async () => {
    await world.desk.judge("a", ACCEPTED);
    await world.desk.judge("a", ACCEPTED);
    expect(world.asked.length).toBe(1);
  });

  it("follows the one before it, on the version which that one made", async () => {
    void world.desk.judge("a", ACCEPTED);
    await world.desk.judge("a", rejection([], ""));
    expect(world.asked.map(([id, version, { verdict }]) => [id, version, verdict])).toEqual([
      [100, 1, "accepted"],
      [100, 2, "rejected"],
    ]);
  });

  it("waits for what was drawn before it, and says so when that cannot be stored", async () => {
    world.flushed = false;
    await world.desk.judge("a", ACCEPTED);
    expect(world.asked).toEqual([]);
    expect(world.verdicts()).toEqual([]);
    expect(world.desk.snapshot().problem).toBe(
      "This object is not saved yet. Wait for the connection, then say it again.",
    );
  });

  it("of a colleague is seen when it is given", () => {
    world.tell({ type: "annotation.changed", annotation: by(ben, anAnnotation("b", { id: 101, version: 2 }), ACCEPTED) });
    expect(world.verdicts()).toEqual(["b accepted by ben"]);
  });
});

describe("taking verdicts back", () => {
  it("goes step by step, and forward again", async () => {
    await world.desk.judge("a", ACCEPTED);
    await world.desk.judge("b", rejection(["two_objects"], ""));
    expect([world.desk.undo(), world.desk.undo(), world.desk.undo()]).toEqual(["b", "a", null]);
    await settled();
    expect(world.verdicts()).toEqual([]);
    expect([world.desk.redo(), world.desk.snapshot().canRedo]).toEqual(["a", true]);
    await settled();
    expect(world.verdicts()).toEqual(["a accepted by ana"]);
    expect(world.asked.map(([id, version, { verdict }]) => [id, version, verdict])).toEqual([
      [100, 1, "accepted"],
      [101, 1, "rejected"],
      [101, 2, "none"],
      [100, 2, "none"],
      [100, 3, "accepted"],
    ]);
  });

  it("leaves them alone when an object was edited since: that edit is what Undo takes back", async () => {
    await world.desk.judge("a", ACCEPTED);
    expect(world.desk.snapshot().canUndo).toBe(true);
    world.edit("remote");
    expect(world.desk.snapshot().canUndo).toBe(true);
    world.edit();
    expect(world.desk.snapshot().canUndo).toBe(false);
    expect(world.desk.undo()).toBeNull();
    expect(world.asked.length).toBe(1);
  });

  it("ends when the task is decided", async () => {
    await world.desk.judge("a", ACCEPTED);
    world.tell({ type: "task.changed", last_review: null, task: aDetail({ state: "accepted" }) });
    expect(world.desk.undo()).toBeNull();
  });
});

describe("two reviewers at once", () => {
  it("the second gets a sentence and sees the first's verdict", async () => {
    const current = by(ben, anAnnotation("a", { id: 100, version: 2 }), rejection(["loose_edge"], ""));
    world.answers.push(() => Promise.reject(new ApiError(409, "stale_version", "Changed.", { current })));
    await world.desk.judge("a", ACCEPTED);
    expect(world.verdicts()).toEqual(["a rejected by ben"]);
    expect(world.desk.snapshot().problem).toBe(
      "ben rejected this object a moment before you. Theirs stands; say yours again if you see it differently.",
    );
    expect(world.desk.snapshot().canUndo).toBe(false);
    await world.desk.judge("a", ACCEPTED);
    expect(world.asked.at(-1)).toEqual([100, 2, ACCEPTED]);
    expect(world.desk.snapshot().problem).toBeNull();
  });

  it("a change of the object in between is told as one", async () => {
    const current = anAnnotation("a", { id: 100, version: 2, updated_by: ben });
    world.answers.push(() => Promise.reject(new ApiError(409, "stale_version", "Changed.", { current })));
    await world.desk.judge("a", ACCEPTED);
    expect(world.desk.snapshot().problem).toBe("ben changed this object a moment before you. Look at it again.");
  });

  it("a task that was decided meanwhile is looked at again", async () => {
    world.answers.push(() => Promise.reject(new ApiError(409, "task_not_submitted", "No.")));
    await world.desk.judge("a", ACCEPTED);
    expect(world.retry).toHaveBeenCalledTimes(1);
    expect(world.desk.snapshot().problem).toBe("The task has been decided meanwhile. You see how it stands.");
  });
});

it("without a network the verdict does not stay on the screen", async () => {
  world.answers.push(() => Promise.reject(networkError()));
  await world.desk.judge("a", ACCEPTED);
  expect(world.desk.of("a")).toEqual(NOTHING_SAID);
  expect(world.desk.snapshot().problem).toBe("Cardinal does not answer. Check the connection, then try again.");
});
