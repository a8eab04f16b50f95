import { describe, expect, it } from "vitest";

import { Drafts, Seen } from "./memory";
import { MemoryStorage } from "./testing";

function drafts(storage = new MemoryStorage()): Drafts {
  let number = 0;
  return new Drafts(storage, "drafts", () => `id-${(number += 1)}`);
}

const spot = { x: 3, y: 4, objectId: null };

describe("drafts of comments", () => {
  it("keep the name of a comment while its words change, until it is sent", () => {
    const kept = drafts();
    expect(kept.write("new", "Th", spot)).toEqual({ text: "Th", clientId: "id-1", tried: false, spot });
    expect(kept.write("new", "The ear")).toEqual({ text: "The ear", clientId: "id-1", tried: false, spot });
  });

  it("send the same words under the same name again, and other words as another comment", () => {
    const kept = drafts();
    kept.write("new", "The ear", spot);
    kept.sending("new");
    expect(kept.write("new", "The ear").clientId).toBe("id-1");
    expect(kept.write("new", "The left ear")).toEqual({ text: "The left ear", clientId: "id-2", tried: false, spot });
  });

  it("are still there when the page is opened again", () => {
    const storage = new MemoryStorage();
    drafts(storage).write("thread-3", "Yes");
    expect(drafts(storage).get("thread-3")?.text).toBe("Yes");
    drafts(storage).drop("thread-3");
    expect(storage.kept.size).toBe(0);
  });

  it("are done when the server tells of their comment, though the answer was lost", () => {
    const kept = drafts();
    kept.write("new", "The ear", spot);
    kept.write("thread-3", "Yes");
    kept.arrived({ client_id: "id-1" });
    expect([kept.get("new"), kept.get("thread-3")?.text]).toEqual([null, "Yes"]);
  });

  it("begin empty where the stored ones cannot be read", () => {
    const storage = new MemoryStorage();
    storage.setItem("drafts", "{broken");
    expect(drafts(storage).get("new")).toBeNull();
  });
});

it("what was seen is kept for the 500 newest threads", () => {
  const storage = new MemoryStorage();
  const seen = new Seen(storage, "seen");
  for (let thread = 1; thread <= 501; thread += 1) seen.set(thread, thread + 1000);
  expect([seen.of(1), seen.of(2), seen.of(501), seen.of(9999)]).toEqual([0, 1002, 1501, 0]);
});
