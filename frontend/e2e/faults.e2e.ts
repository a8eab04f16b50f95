import type { Page } from "playwright-core";
import { expect } from "vitest";

import { Bench } from "./harness/bench";
import { ASTRONAUT, COFFEE } from "./harness/objects";
import { childrenOf, countInLog, lastLine, restarted, runningPid, withoutRestarts } from "./harness/processes";
import { test, type Stage } from "./harness/stage";
import { signIn, world } from "./harness/world";

async function atWork(stage: Stage, username: string, name: string): Promise<Bench> {
  const { project, tasks } = await world(name, {
    photographs: ["astronaut.png", "coffee.png"],
    members: { ada: "annotator", ben: "annotator" },
  });
  const { page } = await stage.visitor(username);
  await page.goto(`/p/${project.id}/t/${tasks[0]?.id}`);
  const bench = new Bench(page);
  await bench.opened();
  await page.evaluate(() => document.documentElement.setAttribute("data-never-reloaded", ""));
  return bench;
}

const stayed = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.hasAttribute("data-never-reloaded"));

const storedIds = async (bench: Bench): Promise<string[]> => {
  const api = await signIn("admin");
  return (await api.task(bench.taskId)).annotations.map(({ client_id }) => client_id);
};

const shownIds = async (bench: Bench): Promise<string[]> => (await bench.objects()).map(({ id }) => id);

/** Kills the worker while it surely holds the click: its hands are held until then. */
async function killInMidClick(worker: number, click: () => Promise<void>): Promise<void> {
  const received = "labeling.tasks.proposal_segment[";
  const before = countInLog("worker-segment", "] received");
  for (const pid of childrenOf(worker)) process.kill(pid, "SIGSTOP");
  try {
    await click();
    await expect.poll(() => countInLog("worker-segment", "] received")).toBe(before + 1);
    expect(lastLine("worker-segment")).toContain(received);
  } finally {
    process.kill(worker, "SIGKILL");
  }
}

test("the segment worker dies in the middle of a click", async ({ stage }) => {
  const bench = await atWork(stage, "ada", "Worker");
  const { page } = bench;
  await bench.click(...ASTRONAUT.head);
  await bench.mask();
  await bench.accept();
  const worker = runningPid("worker-segment");
  await killInMidClick(worker, () => bench.click(...ASTRONAUT.badge));
  expect((await bench.status()).awaiting).toBe(true);

  const outcome = (): Promise<string> => bench.status().then(({ failure, state }) => failure?.code ?? state);
  await expect.poll(outcome).toMatch(/^(segmentation_timeout|segmentation_failed|extreme\.reviewing)$/);
  await restarted("worker-segment", worker);
  if ((await bench.status()).failure !== null) {
    const alert = page.getByRole("alert");
    expect(await alert.innerText()).toContain("The mask did not arrive in time. Try again; if it stays slow, tell an admin.");
    await alert.getByRole("button", { name: "Try again" }).click();
  }
  await bench.mask();
  await bench.accept();

  await bench.click(...ASTRONAUT.collar);
  await bench.mask();
  await bench.accept();
  await bench.saves("Saved");
  expect(await storedIds(bench)).toEqual(await shownIds(bench));
  expect((await bench.objects()).length).toBe(3);
  expect(await stayed(page)).toBe(true);
});

test("Postgres is killed in mid-session and comes back", async ({ stage }) => {
  const bench = await atWork(stage, "ada", "Database");
  const { page } = bench;
  await bench.click(...ASTRONAUT.head);
  await bench.mask();
  await bench.accept();
  await bench.saves("Saved");
  await bench.click(...ASTRONAUT.badge);
  await bench.mask();

  const postgres = runningPid("postgres");
  await withoutRestarts(async () => {
    process.kill(postgres, "SIGKILL");
    await bench.accept();
    await bench.saves("1 unsent, trying again");
    await page.getByRole("button", { name: /^Object 2, .* not saved yet$/ }).waitFor();
    await bench.click(...ASTRONAUT.collar);
    await page.getByRole("alert").getByRole("button", { name: "Try again" }).waitFor();
    expect(await page.getByRole("alert").innerText()).toContain("The database or the broker is away for a moment.");
    expect(await bench.saveState()).toBe("1 unsent, trying again");
  });
  await restarted("postgres", postgres);
  await bench.saves("Saved");
  // The indicator tells the truth: what it calls saved is in the database at this moment.
  expect(await storedIds(bench)).toEqual(await shownIds(bench));
  expect((await bench.objects()).length).toBe(2);
  await page.getByRole("alert").getByRole("button", { name: "Try again" }).click();
  await bench.mask();
  await bench.accept();
  await bench.saves("Saved");
  expect(await storedIds(bench)).toEqual(await shownIds(bench));
  expect((await bench.objects()).length).toBe(3);
  expect(await stayed(page)).toBe(true);
});

test("the web server dies and the page finds its way back", async ({ stage }) => {
  const bench = await atWork(stage, "ada", "Web");
  const { page } = bench;
  await bench.click(...ASTRONAUT.head);
  await bench.mask();
  const web = runningPid("web");
  await withoutRestarts(async () => {
    process.kill(web, "SIGKILL");
    await bench.accept();
    await bench.saves("Offline, 1 unsent");
    await bench.click(...ASTRONAUT.badge);
    expect((await bench.status()).awaiting).toBe(true);
  });
  await restarted("web", web);
  await bench.saves("Saved");
  expect(await storedIds(bench)).toEqual(await shownIds(bench));
  // The click was asked again on the new line, unless its ten seconds were over by then.
  const failure = page.getByRole("alert").getByRole("button", { name: "Try again" });
  await expect.poll(async () => !(await bench.status()).awaiting).toBe(true);
  if ((await bench.status()).failure !== null) await failure.click();
  await bench.mask();
  await bench.accept();
  await bench.saves("Saved");
  expect(await storedIds(bench)).toEqual(await shownIds(bench));
  expect([(await bench.objects()).length, await stayed(page)]).toEqual([2, true]);
});

test("a tab that is closed with unsent work loses nothing", async ({ stage }) => {
  const { project, tasks } = await world("Unsent", { members: { ada: "annotator" } });
  const ada = await stage.visitor("ada");
  const address = `/p/${project.id}/t/${tasks[0]?.id}`;
  await ada.page.goto(address);
  const bench = new Bench(ada.page);
  await bench.opened();
  const writes = "**/api/tasks/*/annotations";
  await ada.context.route(writes, (route) => route.abort("connectionreset"));
  await bench.click(...COFFEE.cup);
  await bench.mask();
  await bench.press("2");
  await bench.accept();
  await bench.saves("Offline, 1 unsent");
  const [made] = await bench.objects();
  expect(await storedIds(bench)).toEqual([]);
  await ada.page.close();
  await ada.context.unroute(writes);

  const again = new Bench(await ada.newTab());
  await again.page.goto(address);
  await again.opened();
  await again.saves("Saved");
  expect(await again.objects()).toEqual([{ ...made, author: "ada", position: 1024 }]);
  expect(await storedIds(again)).toEqual([made?.id]);
});

test("a task that somebody else holds is shown and not changed", async ({ stage }) => {
  const { project, tasks } = await world("Held", { members: { ada: "annotator", ben: "annotator" } });
  const taskId = tasks[0]?.id ?? 0;
  const ada = await signIn("ada");
  await ada.takeLease(taskId);
  const { page } = await stage.visitor("ben");
  await page.goto(`/p/${project.id}/t/${taskId}`);
  const bench = new Bench(page);
  await bench.opened("view");
  await page.getByText("ada is working on this task. You can look, and change nothing.").waitFor();
  await bench.click(...COFFEE.cup);
  expect(await bench.hint()).toBe("View only: nothing can be changed here.");
  const { points, awaiting } = await bench.status();
  expect([points, awaiting]).toEqual([[], false]);
  expect(await page.getByRole("button", { name: "Submit task" }).count()).toBe(0);

  await page.getByRole("button", { name: "Open next task" }).click();
  await page.getByText("Every task that is left is being worked on by somebody else. Come back in a while.").waitFor();
  await page.getByRole("button", { name: "Got it" }).click();
  await ada.releaseLease(taskId);
  await bench.opened("edit");
  await bench.click(...COFFEE.cup);
  await bench.mask();
  await bench.accept();
  await bench.saves("Saved");
  expect((await ada.task(taskId)).lease?.holder.username).toBe("ben");
});
