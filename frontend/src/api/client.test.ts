import { afterEach, describe, expect, it, vi } from "vitest";

import * as api from "./calls";
import { csrfToken } from "./client";

function answer(status: number, body: unknown): Response {
  const text = body === undefined ? null : JSON.stringify(body);
  return new Response(text, { status, headers: { "Content-Type": "application/json" } });
}

function stubFetch(respond: (request: Request) => Response | Promise<Response>): Request[] {
  const seen: Request[] = [];
  vi.stubGlobal("fetch", (request: Request) => {
    seen.push(request);
    return Promise.resolve(respond(request));
  });
  return seen;
}

afterEach(() => {
  document.cookie = "csrftoken=; max-age=0";
});

describe("csrfToken", () => {
  it("finds its cookie among others", () => {
    expect(csrfToken("a=1; csrftoken=abc%3D; b=2")).toBe("abc=");
    expect(csrfToken("csrftoken=x")).toBe("x");
    expect(csrfToken("mycsrftoken=x")).toBe("");
    expect(csrfToken("")).toBe("");
  });
});

describe("client", () => {
  it("sends the token with writes and not with reads", async () => {
    document.cookie = "csrftoken=secret";
    const seen = stubFetch(() => answer(200, { results: [], next: null }));
    await api.projects(null);
    await api.createDataset("Cats");
    expect(seen.map((request) => [request.method, request.headers.get("X-CSRFToken")])).toEqual([
      ["GET", null],
      ["POST", "secret"],
    ]);
  });

  it("asks for pages by cursor and state", async () => {
    const seen = stubFetch(() => answer(200, { results: [], next: null }));
    await api.tasks(4, "submitted", "abc");
    const url = new URL(seen[0]?.url ?? "");
    expect(url.pathname).toBe("/api/projects/4/tasks");
    expect(Object.fromEntries(url.searchParams)).toEqual({ limit: "60", cursor: "abc", state: "submitted" });
  });

  it("throws what the server says", async () => {
    stubFetch(() => answer(404, { error: { code: "no_task", message: "All tasks are taken.", details: {} } }));
    await expect(api.nextTask(1, "annotate")).rejects.toMatchObject({
      status: 404,
      code: "no_task",
      message: "All tasks are taken.",
    });
  });

  it("throws for an answer that is not JSON", async () => {
    stubFetch(() => new Response("<html>Bad gateway</html>", { status: 502 }));
    await expect(api.me()).rejects.toMatchObject({ status: 502, code: "server_error", message: "" });
  });

  it("throws `unreachable` when no answer comes", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    await expect(api.me()).rejects.toMatchObject({ status: 0, code: "unreachable" });
  });

  it("accepts an empty answer", async () => {
    stubFetch(() => new Response(null, { status: 204 }));
    await expect(api.deleteLabel(3)).resolves.toBeUndefined();
  });
});
