import { describe, expect, it, vi } from "vitest";

import { projectOf } from "../../../testing/shapes";
import { createFromDraft, type Earlier, type ProjectDraft } from "./createProject";

const draft: ProjectDraft = {
  name: "  Cats  ",
  datasetIds: [4],
  datasetName: "",
  hasFiles: true,
  labels: [{ name: "cat", color: "#597aff", kind: "thing" }],
};

interface Seen {
  path: string;
  body: unknown;
}

/** Answers like the server; `refuseProjects` refuses that many projects first. */
function stubServer(refuseProjects = 0): Seen[] {
  const seen: Seen[] = [];
  let refusals = refuseProjects;
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname;
    seen.push({ path, body: await request.json() });
    if (path === "/api/datasets") return Response.json({ id: 9, name: "Cats", image_count: 0, created_at: "" });
    if (refusals-- > 0) return Response.json({ error: { code: "invalid", message: "No." } }, { status: 400 });
    return Response.json(projectOf({ id: 2 }), { status: 201 });
  });
  return seen;
}

describe("createFromDraft", () => {
  it("makes a data set named like the project and uses it beside the chosen ones", async () => {
    const seen = stubServer();
    const created = await createFromDraft(draft, { dataset: null });
    expect(seen).toEqual([
      { path: "/api/datasets", body: { name: "Cats" } },
      { path: "/api/projects", body: { name: "Cats", dataset_ids: [4, 9], labels: draft.labels } },
    ]);
    expect(created.project.id).toBe(2);
    expect(created.uploadTo?.id).toBe(9);
  });

  it("makes none without files", async () => {
    const seen = stubServer();
    const created = await createFromDraft({ ...draft, hasFiles: false }, { dataset: null });
    expect(seen.map(({ path }) => path)).toEqual(["/api/projects"]);
    expect(created.uploadTo).toBeNull();
  });

  it("makes no second one when the project was refused and is tried again", async () => {
    const seen = stubServer(1);
    const earlier: Earlier = { dataset: null };
    await expect(createFromDraft(draft, earlier)).rejects.toMatchObject({ code: "invalid" });
    await createFromDraft(draft, earlier);
    expect(seen.map(({ path }) => path)).toEqual(["/api/datasets", "/api/projects", "/api/projects"]);
  });
});
