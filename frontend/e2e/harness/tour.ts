import type { Page } from "playwright-core";

import { Bench } from "./bench";
import { ASTRONAUT, COFFEE } from "./objects";
import { signIn, world, type World } from "./world";

/** One page of the product in a state that shows what it has. */
export interface Stop {
  readonly name: string;
  readonly path: string;
  /** Who looks; null for somebody who is not signed in. */
  readonly user: string | null;
  /** Resolves when all of it is on the screen. */
  readonly ready: (page: Page) => Promise<void>;
}

const LABELS = [
  { name: "person", color: "#d55e00", kind: "thing" },
  { name: "cup", color: "#009e73", kind: "thing" },
  { name: "badge", color: "#0072b2", kind: "thing" },
  { name: "table", color: "#cc79a7", kind: "stuff" },
] as const;

const heading = (name: string, level = 1) => async (page: Page) => {
  await page.getByRole("heading", { name, level }).waitFor();
};

/** The addresses of all pages, in a project with tasks in every state. */
export async function tour(): Promise<Stop[]> {
  const made = await world("Breakfast in orbit", {
    photographs: ["coffee.png", "astronaut.png", "rocket.jpg", "chelsea.png", "coins.png"],
    members: { ada: "annotator", reviewer: "reviewer", ben: "viewer" },
    labels: LABELS,
  });
  await fill(made);
  return [...signedOut, ...projectPages(made), ...workspaces(made)];
}

/** Coffee accepted, the rocket submitted, the astronaut in ada's hands; an export is made. */
async function fill({ admin, project, tasks }: World): Promise<void> {
  const ada = await signIn("ada");
  const [coffee = 0, astronaut = 0, rocket = 0] = tasks.map(({ id }) => id);
  const [person = 0, cup = 0] = project.labels.map(({ id }) => id);
  await draw(coffee, COFFEE.cup, cup);
  await ada.submit(coffee);
  await admin.accept(coffee);
  await ada.submit(rocket);
  await draw(astronaut, ASTRONAUT.head, person);
  await admin.changeProject(project.id, {
    guide: "Cups with their handles and without saucers.\nPeople whole, with what they wear.",
  });
  await admin.export(project.id);

  async function draw(task: number, points: typeof COFFEE.cup, label_id: number): Promise<void> {
    const { proposal_id } = await ada.segment(task, points);
    await ada.annotate(task, { proposal_id, label_id });
  }
}

const signedOut: Stop[] = [
  { name: "login", path: "/login", user: null, ready: heading("Sign in to Cardinal") },
];

function projectPages({ project }: World): Stop[] {
  const at = `/p/${project.id}`;
  const stops: [name: string, path: string, ready: Stop["ready"]][] = [
    ["projects", "/projects", heading(project.name, 2)],
    ["new project", "/projects/new", heading("New project")],
    ["overview", at, (page) => page.getByRole("link", { name: "astronaut.png" }).waitFor()],
    ["data", `${at}/data`, (page) => page.getByRole("link", { name: "coins.png" }).waitFor()],
    ["labels", `${at}/labels`, heading("Preview", 2)],
    ["people", `${at}/people`, (page) => page.getByLabel("Role of ben").waitFor()],
    ["review", `${at}/review`, (page) => page.getByRole("link", { name: "rocket.jpg" }).waitFor()],
    ["exports", `${at}/exports`, (page) => page.getByRole("link", { name: /^Download/ }).waitFor()],
    ["not found", "/nowhere", heading("There is nothing here")],
  ];
  return stops.map(([name, path, ready]) => ({ name, path, user: "admin", ready }));
}

function workspaces({ project, tasks }: World): Stop[] {
  const [, astronaut, rocket] = tasks.map(({ id }) => `/p/${project.id}/t/${id}`);
  const mask = async (page: Page): Promise<void> => {
    const bench = new Bench(page);
    await bench.opened();
    await bench.click(...ASTRONAUT.badge);
    await bench.mask();
    await bench.press("3");
  };
  const keys = async (page: Page): Promise<void> => {
    await new Bench(page).opened();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
  };
  const refusal = async (page: Page): Promise<void> => {
    await new Bench(page).opened();
    await page.keyboard.press("j");
    await page.getByRole("dialog", { name: "Request changes" }).waitFor();
  };
  return [
    { name: "workspace", path: astronaut ?? "", user: "ada", ready: mask },
    { name: "workspace keys", path: astronaut ?? "", user: "ada", ready: keys },
    { name: "workspace viewing", path: astronaut ?? "", user: "ben", ready: (page) => new Bench(page).opened("view") },
    { name: "workspace review", path: rocket ?? "", user: "reviewer", ready: refusal },
  ];
}
