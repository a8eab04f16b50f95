import { createMemoryHistory, createRouter, RouterProvider } from "@tanstack/react-router";
import { screen } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { renderPart } from "../testing/render";
import { projectOf } from "../testing/shapes";
import { queryClient } from "./data/queryClient";
import { router as application } from "./router";

const me = { id: 1, username: "anna", can_create_projects: false };

/** Answers `/api/auth/me` and project 7; everything else is missing. */
function stubServer(signedIn: boolean): void {
  vi.stubGlobal("fetch", (request: Request) => {
    const path = new URL(request.url).pathname;
    if (!signedIn) return Promise.resolve(Response.json({ error: { code: "x", message: "" } }, { status: 401 }));
    if (path === "/api/auth/me") return Promise.resolve(Response.json(me));
    if (path === "/api/projects/7") return Promise.resolve(Response.json(projectOf({ id: 7 })));
    return Promise.resolve(Response.json({ error: { code: "not_found", message: "" } }, { status: 404 }));
  });
}

function routerAt(address: string) {
  const { routeTree, options } = application;
  const history = createMemoryHistory({ initialEntries: [address] });
  const { context, defaultNotFoundComponent } = options;
  return createRouter({ routeTree, history, context, ...(defaultNotFoundComponent && { defaultNotFoundComponent }) });
}

/** Where an address leads, and what the page there is told to search. */
async function visit(address: string): Promise<{ href: string; search: unknown }> {
  const router = routerAt(address);
  await router.load();
  const { location, matches } = router.state;
  return { href: location.href, search: matches.at(-1)?.search };
}

beforeEach(() => {
  queryClient.clear();
});

describe("route guards", () => {
  it.each([
    ["/", "/login?redirect=%2F"],
    ["/projects", "/login?redirect=%2Fprojects"],
    ["/p/7/data?state=open", "/login?redirect=%2Fp%2F7%2Fdata%3Fstate%3Dopen"],
    ["/p/7/t/3", "/login?redirect=%2Fp%2F7%2Ft%2F3"],
  ])("lead from %s to the sign-in page, which keeps the address", async (address, expected) => {
    stubServer(false);
    expect((await visit(address)).href).toBe(expected);
  });

  it.each([
    ["/", "/projects"],
    ["/login", "/projects"],
    ["/login?redirect=%2Fp%2F7%2Fpeople", "/p/7/people"],
    ["/login?redirect=%2F%2Fevil.example", "/projects"],
    ["/p/7/data?state=submitted", "/p/7/data?state=submitted"],
  ])("lead a signed-in person from %s to %s", async (address, expected) => {
    stubServer(true);
    expect(await visit(address)).toMatchObject({ href: expected });
  });

  it("pass a filter on only when there is such a state", async () => {
    stubServer(true);
    expect((await visit("/p/7/data?state=submitted")).search).toEqual({ state: "submitted" });
    expect((await visit("/p/7/data?state=nonsense")).search).toEqual({ state: undefined });
  });

  it.each(["/p/abc", "/p/0", "/p/-1/data", "/p/8", "/p/7/t/x", "/nowhere"])(
    "say that there is nothing at %s",
    async (address) => {
      stubServer(true);
      renderPart(<RouterProvider router={routerAt(address)} />);
      expect(await screen.findByRole("heading", { level: 1, name: "There is nothing here" })).toBeTruthy();
    },
  );
});
