import { expect } from "vitest";

import { violations } from "./harness/axe";
import { test } from "./harness/stage";
import { world } from "./harness/world";

// Half of so many are held out: the fewest that a comparison can decide on.
const SIXTEEN = [
  ...["astronaut.png", "brick.png", "camera.png", "cell.png", "chelsea.png", "coffee.png", "coins.png", "grass.png"],
  ...["gravel.png", "horse.png", "hubble_deep_field.jpg", "ihc.png", "moon.png", "motorcycle_left.png", "page.png", "rocket.jpg"],
];
const FIRST_STEPS_MS = 180_000;

test("a run is started, draws its curves as it learns, survives a reload and is cancelled", async ({ stage }) => {
  const { admin, project, tasks } = await world("Training", { photographs: SIXTEEN });
  for (const { id, image } of tasks) {
    const [x, y, reach] = [image.width / 2, image.height / 2, Math.min(image.width, image.height) / 6];
    const points = [{ x: x - reach, y }, { x, y: y - reach }, { x: x + reach, y }, { x, y: y + reach }];
    const { proposal_id } = await admin.segment(id, points);
    await admin.annotate(id, { proposal_id, label_id: project.labels[0]?.id ?? 0 });
    await admin.submit(id);
    await admin.accept(id);
  }
  const { page } = await stage.visitor("admin");
  await page.goto(`/p/${project.id}/models`);
  await page.getByText("16 objects on 16 images").waitFor();
  await page.getByText("8 objects on 8 images").waitFor();
  await page.getByRole("button", { name: "Start training" }).click();
  const loss = page.getByRole("img", { name: /^Loss over (?!0 )\d+ steps/ });
  await loss.waitFor({ timeout: FIRST_STEPS_MS });
  const first = await loss.getAttribute("aria-label");
  await page.getByText(/^Learning · \d+% · Step \d+ · \d+:\d\d left$/).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.reload();
  await loss.waitFor();
  await expect.poll(() => loss.getAttribute("aria-label"), { timeout: FIRST_STEPS_MS }).not.toBe(first);
  // The comparison needs 8 images at least; they are set apart now, and said to be.
  await page.getByRole("button", { name: "Cancel training" }).click();
  await page.getByRole("button", { name: "Start training" }).waitFor();
  await page.getByText("Cancelled", { exact: true }).waitFor();
  await page.getByRole("link", { name: "Show them" }).click();
  await expect.poll(() => page.getByRole("link", { name: /\.(png|jpg)/ }).count()).toBe(8);
}, 420_000);
