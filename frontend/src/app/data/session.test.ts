import { QueryClient } from "@tanstack/react-query";
import { describe, expect, it, vi } from "vitest";

import { currentUser, onSessionEnd, safeRedirect, sessionEnded } from "./session";

function answerWith(status: number, body: unknown): void {
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json(body, { status })));
}

const refusal = (code: string) => ({ error: { code, message: "", details: {} } });

describe("safeRedirect", () => {
  it.each([
    ["/p/3/data?state=open", "/p/3/data?state=open"],
    ["/projects", "/projects"],
    ["//evil.example/x", "/projects"],
    ["/\\evil.example", "/projects"],
    ["https://evil.example", "/projects"],
    ["javascript:alert(1)", "/projects"],
    ["/login?redirect=/login", "/projects"],
    ["/", "/projects"],
    [undefined, "/projects"],
    [7, "/projects"],
  ])("leads from %s to %s", (target, path) => {
    expect(safeRedirect(target)).toBe(path);
  });
});

describe("currentUser", () => {
  it("is the person of the session", async () => {
    const me = { id: 1, username: "anna", can_create_projects: true };
    answerWith(200, me);
    await expect(currentUser(new QueryClient())).resolves.toEqual(me);
  });

  it("is null without a session", async () => {
    answerWith(401, refusal("not_signed_in"));
    await expect(currentUser(new QueryClient())).resolves.toBeNull();
  });

  it("throws when the server is away: nobody is signed out by a restart", async () => {
    answerWith(503, refusal("service_unavailable"));
    await expect(currentUser(new QueryClient())).rejects.toMatchObject({ code: "service_unavailable" });
  });
});

describe("onSessionEnd", () => {
  it("calls back until told to stop", () => {
    const listener = vi.fn();
    const stop = onSessionEnd(listener);
    sessionEnded();
    stop();
    sessionEnded();
    expect(listener).toHaveBeenCalledTimes(1);
  });
});
