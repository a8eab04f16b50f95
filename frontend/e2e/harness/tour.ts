import type { Page } from "playwright-core";

import { signIn, world } from "./world";

/** One page of the product in a state that shows what it has. */
export interface Stop {
  readonly name: string;
  readonly path: string;
  /** Who looks; null for somebody who is not signed in. */
  readonly user: string | null;
  /** Resolves when all of it is on the screen. */
  readonly ready: (page: Page) => Promise<void>;
}

/** Extreme points of the cup and its saucer in scikit-image's coffee.png. */
export const CUP = [
  { x: 164, y: 190 },
  { x: 300, y: 45 },
  { x: 480, y: 170 },
  { x: 320, y: 355 },
] as const;

const heading = (name: string, level = 1) => async (page: Page) => {
  await page.getByRole("heading", { name, level }).waitFor();
};

/** A project with tasks in every state, and the addresses of all pages with something to show. */
export async function tour(): Promise<Stop[]> {
  const { admin, project, tasks } = await world("Breakfast table", {
    photographs: ["coffee.png", "astronaut.png", "chelsea.png", "rocket.jpg", "coins.png"],
    members: { ada: "annotator", reviewer: "reviewer", ben: "viewer" },
  });
  const ada = await signIn("ada");
  for (const done of tasks.slice(0, 2)) {
    const task = await ada.nextTask(project.id);
    if (done.position === 1) {
      const label = project.labels[0]?.id ?? 0;
      const { proposal_id } = await ada.segment(task.id, CUP);
      await ada.annotate(task.id, { proposal_id, label_id: label });
    }
    await ada.submit(task.id);
  }
  const first = tasks[0]?.id ?? 0;
  await admin.accept(first);
  await admin.export(project.id);
  await ada.nextTask(project.id);
  const at = `/p/${project.id}`;
  return [
    { name: "login", path: "/login", user: null, ready: heading("Sign in to Cardinal") },
    { name: "projects", path: "/projects", user: "admin", ready: heading(project.name, 2) },
    { name: "new project", path: "/projects/new", user: "admin", ready: heading("New project") },
    { name: "overview", path: at, user: "admin", ready: heading("Working now", 2) },
    { name: "data", path: `${at}/data`, user: "admin", ready: (page) => page.getByText("Submitted").last().waitFor() },
    { name: "labels", path: `${at}/labels`, user: "admin", ready: heading("Preview", 2) },
    { name: "people", path: `${at}/people`, user: "admin", ready: (page) => page.getByLabel("Role of ben").waitFor() },
    {
      name: "exports",
      path: `${at}/exports`,
      user: "admin",
      ready: (page) => page.getByRole("link", { name: /^Download/ }).waitFor(),
    },
    { name: "not found", path: "/nowhere", user: "admin", ready: heading("There is nothing here", 2) },
  ];
}
