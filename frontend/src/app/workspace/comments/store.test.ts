import { beforeEach, describe, expect, it } from "vitest";

import { ApiError, networkError } from "../../../api/errors";
import type { TaskEvent } from "../../../api/types";
import { aDetail, ana, anAnnotation, ben } from "../../../sync/testing/factories";
import { CommentStore, NEW, replyTo } from "./store";
import { aComment, FakeCommentApi, MemoryStorage } from "./testing";

let api: FakeCommentApi;
let storage: MemoryStorage;
let tell: (event: TaskEvent) => void;

function open(comments = [aComment(1, { author: ben })]): CommentStore {
  const task = aDetail({ comments });
  const session = {
    snapshot: () => ({ task }) as never,
    annotation: (id: string) => (id === "a" ? anAnnotation("a", { id: 55 }) : null),
    onEvent: (watcher: (event: TaskEvent) => void) => {
      tell = watcher;
      return () => {};
    },
  };
  return new CommentStore({ session, taskId: 7, user: ana, api, storage });
}

const texts = (store: CommentStore): string[] =>
  store.snapshot().threads.flatMap(({ first, replies }) => [first, ...replies]).map(({ text }) => text);

beforeEach(() => {
  api = new FakeCommentApi();
  storage = new MemoryStorage();
});

describe("the comments of a task", () => {
  it("follow events, each comment in its newest version", () => {
    const store = open();
    tell({ type: "comment.changed", comment: aComment(2, { parent_id: 1, author: ben }) });
    tell({ type: "comment.changed", comment: aComment(1, { version: 3, text: "edited" }) });
    tell({ type: "comment.changed", comment: aComment(1, { version: 2, text: "old" }) });
    expect(texts(store)).toEqual(["edited", "words 2"]);
    expect(store.snapshot().latest?.id).toBe(2);
  });

  it("are completed by a fresh state after the line was down", () => {
    const store = open();
    tell({ type: "task.opened", task: aDetail({ comments: [aComment(1, { version: 2, text: "new" }), aComment(9)] }) });
    expect(texts(store)).toEqual(["new", "words 9"]);
  });

  it("are written at a spot about the object there, and the new thread opens", async () => {
    const store = open([]);
    store.writeAt({ x: 3, y: 4, objectId: "a" });
    const { clientId } = store.drafts.write(NEW, " The ear. ");
    await store.send(NEW);
    expect(api.asked).toEqual([["create", { text: "The ear.", client_id: clientId, x: 3, y: 4, annotation_id: 55 }]]);
    expect(store.snapshot().doing).toEqual({ kind: "reading", threadId: 101 });
    expect(store.drafts.get(NEW)).toBeNull();
  });

  it("are written at the bare spot when their object is not stored", async () => {
    const store = open([]);
    store.writeAt({ x: 3, y: 4, objectId: "unsent" });
    store.drafts.write(NEW, "The ear.");
    await store.send(NEW);
    expect(api.asked[0]?.[1]).toMatchObject({ x: 3, y: 4 });
    expect(api.asked[0]?.[1]).not.toHaveProperty("annotation_id");
  });

  it("keep their words when they cannot be sent, and are sent once under one name", async () => {
    const store = open();
    const key = replyTo(1);
    const { clientId } = store.drafts.write(key, "Yes");
    api.answers.push(() => Promise.reject(networkError()));
    await expect(store.send(key)).rejects.toBeInstanceOf(ApiError);
    expect(store.drafts.get(key)).toMatchObject({ text: "Yes", tried: true });
    await store.send(key);
    const body = { text: "Yes", client_id: clientId, parent_id: 1 };
    expect(api.asked).toEqual([["create", body], ["create", body]]);
    expect(texts(store)).toEqual(["words 1", "Yes"]);
  });

  it("send nothing without a word", async () => {
    const store = open();
    store.drafts.write(replyTo(1), "  ");
    await store.send(replyTo(1));
    expect(api.asked).toEqual([]);
  });
});

describe("a thread", () => {
  it("is resolved though somebody changed it meanwhile", async () => {
    const store = open();
    const current = aComment(1, { version: 5, text: "edited" });
    api.answers.push(() => Promise.reject(new ApiError(409, "stale_version", "Look again.", { current })));
    const [thread] = store.snapshot().threads;
    if (thread === undefined) throw new Error("no thread");
    await store.resolve(thread, true);
    expect(api.asked).toEqual([
      ["change", 1, { version: 1, resolved: true }],
      ["change", 1, { version: 5, resolved: true }],
    ]);
    expect(store.snapshot().threads[0]?.resolved).toBe(true);
  });

  it("is not resolved a second time when a colleague just did", async () => {
    const store = open();
    const current = aComment(1, { version: 2, resolved_at: "2026-01-02T03:04:05Z", resolved_by: ben });
    api.answers.push(() => Promise.reject(new ApiError(409, "stale_version", "Look again.", { current })));
    const [thread] = store.snapshot().threads;
    if (thread === undefined) throw new Error("no thread");
    await store.resolve(thread, true);
    expect(api.asked.length).toBe(1);
    expect(store.snapshot().threads[0]?.first.resolved_by).toEqual(ben);
  });

  it("has been seen when it was read, also what comes meanwhile", () => {
    const store = open();
    expect(store.seen.of(1)).toBe(0);
    store.read(1);
    expect(store.seen.of(1)).toBe(1);
    tell({ type: "comment.changed", comment: aComment(4, { parent_id: 1, author: ben }) });
    expect(store.seen.of(1)).toBe(4);
  });

  it("closes when the last word of it is deleted", async () => {
    const store = open([aComment(1)]);
    store.read(1);
    const [thread] = store.snapshot().threads;
    if (thread === undefined) throw new Error("no thread");
    await store.remove(thread.first);
    expect(api.asked).toEqual([["remove", 1, 1]]);
    tell({ type: "comment.changed", comment: aComment(1, { version: 2, deleted: true, text: "" }) });
    expect(store.snapshot()).toMatchObject({ threads: [], doing: { kind: "nothing" } });
  });
});

describe("closing", () => {
  it("keeps unsent words and forgets an empty comment", () => {
    const store = open();
    expect(store.close()).toBe(false);
    store.writeAt({ x: 1, y: 2, objectId: null });
    expect(store.close()).toBe(true);
    expect(store.drafts.get(NEW)).toBeNull();
    store.writeAt({ x: 1, y: 2, objectId: null });
    store.drafts.write(NEW, "The ear");
    store.close();
    expect(store.drafts.get(NEW)).toMatchObject({ text: "The ear", spot: { x: 1, y: 2 } });
  });
});
