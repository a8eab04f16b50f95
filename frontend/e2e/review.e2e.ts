import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";

import { violations } from "./harness/axe";
import { Bench } from "./harness/bench";
import { ASTRONAUT, COFFEE } from "./harness/objects";
import { resultsFolder } from "./harness/places";
import { test } from "./harness/stage";
import { signIn, world, type World } from "./harness/world";

async function keepPicture(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForFunction((scheme) => document.documentElement.dataset["mantineColorScheme"] === scheme, colorScheme);
    await page.screenshot({ path: join(resultsFolder("review"), `${name}-${colorScheme}.png`) });
  }
}

/** Ada has labelled both images and handed them in. */
async function handedIn(name: string): Promise<World> {
  const made = await world(name, {
    photographs: ["coffee.png", "astronaut.png"],
    members: { ada: "annotator", reviewer: "reviewer", cleo: "reviewer" },
  });
  const ada = await signIn("ada");
  const [coffee = 0, astronaut = 0] = made.tasks.map(({ id }) => id);
  const [cup = 0, person = 0] = made.project.labels.map(({ id }) => id);
  const drawn = [[coffee, COFFEE.cup, cup], [astronaut, ASTRONAUT.head, person], [astronaut, ASTRONAUT.badge, cup]] as const;
  for (const [task, points, label_id] of drawn) {
    const { proposal_id } = await ada.segment(task, points);
    await ada.annotate(task, { proposal_id, label_id });
  }
  await ada.submit(coffee);
  await ada.submit(astronaut);
  return made;
}

const mark = (page: Page, name: string) => page.locator("[data-part='verdicts']").getByRole("img", { name, exact: true });

test("a reviewer goes through the queue, rejects an object with a reason, and its annotator mends it", async ({ stage }) => {
  const { project, tasks } = await handedIn("Review");
  const astronaut = tasks[1]?.id ?? 0;
  const { page } = await stage.visitor("reviewer");
  const bench = new Bench(page);

  await page.goto(`/p/${project.id}/review`);
  await page.getByRole("list", { name: "Images that wait for review" }).getByRole("link").first().waitFor();
  expect(await page.getByRole("link", { name: /\.png$/ }).count()).toBe(2);
  expect(await violations(page)).toEqual([]);
  await keepPicture(page, "queue");
  await page.getByRole("link", { name: "astronaut.png" }).click();
  await bench.opened();

  // One object after the other by the keyboard alone.
  await bench.press("ArrowRight", "a");
  await mark(page, "Accepted").waitFor();
  await page.getByText("1 of 2 looked at").waitFor();
  await bench.press("j");
  await page.getByRole("dialog", { name: "Reject Object 2, cup" }).waitFor();
  await bench.press("2");
  await keepPicture(page, "reasons");
  expect(await violations(page)).toEqual([]);
  await bench.press("Enter");
  await mark(page, "Rejected: Loose edge").waitFor();
  await bench.press("Control+z");
  await expect.poll(() => mark(page, "Rejected: Loose edge").count()).toBe(0);
  await bench.press("Control+y");
  await mark(page, "Rejected: Loose edge").waitFor();

  // What the model proposed, beside what was stored.
  await bench.press("d");
  await page.getByText("The mask is as the model proposed it.").waitFor();
  await bench.press("d");

  // A comment on the object.
  await bench.press("c");
  await bench.click({ x: 170, y: 386 });
  await page.getByLabel("Write a comment").fill("The badge ends at its rim.");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Comment by reviewer" }).waitFor();
  await keepPicture(page, "comment");
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");

  // Accepting the image is refused in words, sending it back carries the rejection.
  await page.keyboard.press("Escape");
  await page.keyboard.press("Shift+A");
  await page.getByText("1 object is rejected. Accept or change it, or request changes.").waitFor();
  await page.keyboard.press("j");
  const dialog = page.getByRole("dialog", { name: "Request changes" });
  await dialog.getByText("Object 2, cup").waitFor();
  await dialog.getByRole("button", { name: "Request changes" }).click();
  await page.waitForURL(`**/t/${tasks[0]?.id}`);
  await bench.opened();
  await page.keyboard.press("a");
  await page.getByText("Nothing is left to do").waitFor();

  const { page: hers } = await stage.visitor("ada");
  const ada = new Bench(hers);
  await hers.goto(`/p/${project.id}/t/${astronaut}`);
  await ada.opened();
  await hers.getByRole("heading", { name: "Sent back by reviewer" }).waitFor();
  await hers.getByRole("button", { name: /^Comment by reviewer/ }).first().waitFor();
  await keepPicture(hers, "sent-back");
  expect(await violations(hers)).toEqual([]);
  await ada.press("j");
  expect((await ada.status()).selection).toBe((await ada.objects())[1]?.id);
  await ada.press("x");
  await ada.drag({ x: 140, y: 380 }, { x: 150, y: 390 });
  await ada.saves("Saved");
  await hers.getByText("Every rejected object has been changed.", { exact: false }).waitFor();
  await ada.press("d");
  await hers.getByText(/^taken away, \d/).waitFor();
  await keepPicture(hers, "difference");
});

test("two reviewers on one image: the second sees the first's verdict and gets a sentence", async ({ stage }) => {
  const { project, tasks } = await handedIn("Two reviewers");
  const path = `/p/${project.id}/t/${tasks[0]?.id}`;
  const first = new Bench((await stage.visitor("reviewer")).page);
  await first.page.goto(path);
  await first.opened();
  const second = new Bench((await stage.visitor("cleo")).page);
  await second.page.goto(path);
  await second.opened("view");

  await first.press("ArrowRight", "a");
  await mark(second.page, "Accepted").waitFor();
  await second.press("ArrowRight", "j");
  await second.page.getByText("reviewer reviews this task now. Their verdicts appear here as they give them.").waitFor();

  await second.press("Escape", "c");
  await second.click({ x: 290, y: 100 });
  await second.page.getByLabel("Write a comment").fill("Is the saucer part of it?");
  await second.page.keyboard.press("Enter");
  await first.page.getByRole("button", { name: /^Comment by cleo: “Is the saucer part of it\?”, 1 new$/ }).first().waitFor();
});
