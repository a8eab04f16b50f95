import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

import { ApiError, networkError } from "../../api/errors";
import type { UploadResult } from "../../api/types";
import { LARGEST_FILE, UploadQueue, type SendBatch } from "./queue";

function file(name: string, size = 100): File {
  const made = new File([], name);
  Object.defineProperty(made, "size", { value: size });
  return made;
}

const stored = (files: readonly File[]): UploadResult => ({
  images: files.map((each, index) => ({
    id: index,
    dataset_id: 1,
    name: each.name,
    sha256: "",
    width: 1,
    height: 1,
    media_type: "image/png",
    byte_size: each.size,
    file_url: "",
    thumbnail_url: "",
    tiles: null,
    duplicate: false,
  })),
  errors: [],
});

interface Held {
  files: readonly File[];
  progress: (bytes: number) => void;
  signal: AbortSignal;
  finish: (result?: UploadResult) => void;
  fail: (error: unknown) => void;
}

/** A server that answers when the test says so. */
function heldServer() {
  const requests: Held[] = [];
  const send: SendBatch = (files, { onProgress, signal }) =>
    new Promise((resolve, reject) => {
      requests.push({
        files,
        progress: onProgress,
        signal,
        finish: (result = stored(files)) => resolve(result),
        fail: reject,
      });
      signal.addEventListener("abort", () => reject(networkError()));
    });
  return { requests, send };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const names = (files: readonly File[] | undefined) => files?.map((each) => each.name);
const states = (queue: UploadQueue) => queue.snapshot().items.map((item) => item.state);
const noWait = { wait: () => Promise.resolve() };

describe("UploadQueue", () => {
  it("sends small batches, two at a time", async () => {
    const { requests, send } = heldServer();
    const queue = new UploadQueue({ send, batchFiles: 2 });
    queue.add(["a", "b", "c", "d", "e"].map((name) => file(name)));
    expect(requests.map((request) => names(request.files))).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
    expect(states(queue)).toEqual(["sending", "sending", "sending", "sending", "waiting"]);
    requests[0]?.finish();
    await settled();
    expect(names(requests[2]?.files)).toEqual(["e"]);
    requests[1]?.finish();
    requests[2]?.finish();
    await settled();
    expect(queue.snapshot().counts).toEqual({ waiting: 0, sending: 0, done: 5, duplicate: 0, failed: 0 });
    expect(queue.snapshot().active).toBe(false);
  });

  it("keeps a batch under its size, and sends a larger file alone", () => {
    const { requests, send } = heldServer();
    const queue = new UploadQueue({ send, batchBytes: 250, concurrency: 3 });
    queue.add([file("a", 100), file("b", 100), file("c", 100), file("huge", 900)]);
    expect(requests.map((request) => names(request.files))).toEqual([["a", "b"], ["c"], ["huge"]]);
  });

  it("never puts two files of one name into a batch", () => {
    const { requests, send } = heldServer();
    const queue = new UploadQueue({ send });
    queue.add([file("a"), file("a"), file("b")]);
    expect(requests.map((request) => names(request.files))).toEqual([["a", "b"], ["a"]]);
  });

  it("spreads the progress of a request over its files in order", () => {
    const { requests, send } = heldServer();
    const queue = new UploadQueue({ send });
    queue.add([file("a", 100), file("b", 100)]);
    requests[0]?.progress(130);
    expect(queue.snapshot().items.map((item) => item.sent)).toEqual([100, 30]);
    expect(queue.snapshot()).toMatchObject({ sentBytes: 130, totalBytes: 200 });
    // The form's own bytes come on top of the files'.
    requests[0]?.progress(5000);
    expect(queue.snapshot().sentBytes).toBe(200);
  });

  it("shows each refused file with its reason and sends it again on demand", async () => {
    const { requests, send } = heldServer();
    const onStored = vi.fn();
    const queue = new UploadQueue({ send, onStored });
    const good = file("good");
    queue.add([good, file("bad")]);
    requests[0]?.finish({ ...stored([good]), errors: [{ name: "bad", code: "truncated", message: "Cut off." }] });
    await settled();
    expect(states(queue)).toEqual(["done", "failed"]);
    expect(queue.snapshot().items[1]?.problem).toEqual({ code: "truncated", message: "Cut off." });
    expect(onStored).toHaveBeenCalledTimes(1);
    queue.retry();
    expect(names(requests[1]?.files)).toEqual(["bad"]);
    expect(queue.snapshot().items[1]?.problem).toBeNull();
  });

  it("tries again by itself when the line breaks, and gives up after the last pause", async () => {
    const pauses: number[] = [];
    const send = vi.fn<SendBatch>(() => Promise.reject(networkError()));
    const wait = (ms: number) => {
      pauses.push(ms);
      return Promise.resolve();
    };
    const queue = new UploadQueue({ send, retryDelays: [10, 20], wait });
    queue.add([file("a")]);
    await settled();
    expect(send).toHaveBeenCalledTimes(3);
    expect(pauses).toEqual([10, 20]);
    expect(states(queue)).toEqual(["failed"]);
    expect(queue.snapshot().items[0]?.problem).toEqual({ code: "unreachable", message: "" });
  });

  it("does not repeat what was refused", async () => {
    const send = vi.fn<SendBatch>(() => Promise.reject(new ApiError(403, "not_allowed", "Ask an admin.")));
    const queue = new UploadQueue({ send, ...noWait });
    queue.add([file("a")]);
    await settled();
    expect(send).toHaveBeenCalledTimes(1);
    expect(queue.snapshot().items[0]?.problem?.message).toBe("Ask an admin.");
  });

  it("refuses a file over the limit without sending it", () => {
    const { requests, send } = heldServer();
    const queue = new UploadQueue({ send });
    queue.add([file("film", LARGEST_FILE + 1), file("a")]);
    expect(states(queue)).toEqual(["failed", "sending"]);
    expect(queue.snapshot().items[0]?.problem?.code).toBe("over_limit");
    expect(names(requests[0]?.files)).toEqual(["a"]);
  });

  it("stops: what waits is forgotten and what is under way is given up", async () => {
    const { requests, send } = heldServer();
    const queue = new UploadQueue({ send, batchFiles: 1, concurrency: 1, ...noWait });
    queue.add([file("a"), file("b")]);
    queue.cancel();
    await settled();
    expect(requests).toHaveLength(1);
    expect(requests[0]?.signal.aborted).toBe(true);
    expect(queue.snapshot().items).toEqual([]);
  });

  it("keeps its snapshot until something changes, and tells listeners when it does", async () => {
    const { requests, send } = heldServer();
    const queue = new UploadQueue({ send });
    const listener = vi.fn();
    const stop = queue.subscribe(listener);
    const before = queue.snapshot();
    expect(queue.snapshot()).toBe(before);
    queue.add([file("a")]);
    expect(queue.snapshot()).not.toBe(before);
    const calls = listener.mock.calls.length;
    expect(calls).toBeGreaterThan(0);
    stop();
    requests[0]?.finish();
    await settled();
    expect(listener).toHaveBeenCalledTimes(calls);
  });

  it("lets ended files be dismissed and keeps those under way", async () => {
    const { requests, send } = heldServer();
    const queue = new UploadQueue({ send, batchFiles: 1, concurrency: 1 });
    queue.add([file("a"), file("b")]);
    queue.dismiss(queue.snapshot().items[0]?.id ?? 0);
    expect(states(queue)).toEqual(["sending", "waiting"]);
    requests[0]?.finish();
    await settled();
    queue.clearEnded();
    expect(states(queue)).toEqual(["sending"]);
  });

  it("sends every file exactly once, whatever the sizes and names", async () => {
    const arbitrary = fc.array(fc.record({ name: fc.constantFrom("a", "b", "c", "d"), size: fc.nat(300) }));
    await fc.assert(
      fc.asyncProperty(arbitrary, fc.integer({ min: 1, max: 4 }), async (specs, batchFiles) => {
        const sent: File[] = [];
        const send: SendBatch = (files) => {
          expect(files.length).toBeLessThanOrEqual(batchFiles);
          expect(new Set(names(files)).size).toBe(files.length);
          sent.push(...files);
          return Promise.resolve(stored(files));
        };
        const queue = new UploadQueue({ send, batchFiles, batchBytes: 400 });
        const files = specs.map(({ name, size }) => file(name, size));
        queue.add(files);
        while (queue.snapshot().active) await settled();
        expect(new Set(sent)).toEqual(new Set(files));
        expect(sent).toHaveLength(files.length);
        expect(queue.snapshot().counts.done).toBe(files.length);
      }),
      { numRuns: 60 },
    );
  });
});
