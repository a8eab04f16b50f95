import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";

import type { ObjectRecord } from "../src/engine";
import type { Api } from "./harness/api";
import { Bench } from "./harness/bench";
import { COFFEE } from "./harness/objects";
import { resultsFolder } from "./harness/places";
import { test, type Stage } from "./harness/stage";
import { signIn, world } from "./harness/world";

interface Place {
  readonly page: Page;
  readonly bench: Bench;
  readonly api: Api;
}

async function openTask(stage: Stage, name: string): Promise<Place> {
  const { project, tasks } = await world(name, { members: { ada: "annotator" } });
  const { page } = await stage.visitor("ada");
  await page.goto(`/p/${project.id}/t/${tasks[0]?.id}`);
  const bench = new Bench(page);
  await bench.opened();
  return { page, bench, api: await signIn("ada") };
}

/** The server has exactly the masks that are on the screen. */
async function expectStored({ bench, api }: Place): Promise<readonly ObjectRecord[]> {
  await bench.saves("Saved");
  const shown = await bench.objects();
  const { annotations } = await api.task(bench.taskId);
  expect(annotations.map(({ client_id, mask, area, bbox }) => [client_id, mask.counts, area, bbox])).toEqual(
    shown.map(({ id, mask, area, bbox }) => [id, mask.counts, area, bbox]),
  );
  return shown;
}

function keepPicture(page: Page, name: string): Promise<Buffer> {
  return page.screenshot({ path: join(resultsFolder("drawing"), `${name}.png`) });
}

test("a stroke is painted, undone, redone, stored, and there again after a reload", async ({ stage }) => {
  const place = await openTask(stage, "Brush");
  const { page, bench } = place;
  await page.getByRole("button", { name: "Brush", exact: true }).click();
  expect(await bench.hint()).toBe("Paint an object. [ and ] change the size.");
  const bare = await bench.picture({ x: 250, y: 100 });
  await bench.drag({ x: 200, y: 100 }, { x: 300, y: 100 });
  const [painted] = await expectStored(place);
  expect(painted?.bbox).toEqual([195, 95, 111, 11]);
  expect((await bench.picture({ x: 250, y: 100 })).equals(bare)).toBe(false);
  await keepPicture(page, "stroke");

  await bench.drag({ x: 300, y: 100 }, { x: 300, y: 200 });
  expect((await expectStored(place))[0]?.bbox).toEqual([195, 95, 111, 111]);
  await bench.press("Control+z");
  expect((await expectStored(place))[0]?.mask.counts).toBe(painted?.mask.counts);
  await bench.press("Control+z");
  expect(await expectStored(place)).toEqual([]);
  expect((await bench.picture({ x: 250, y: 100 })).equals(bare)).toBe(true);
  await bench.press("Control+y", "Control+y");
  const shown = await expectStored(place);
  expect(shown.map(({ id, bbox }) => [id, bbox])).toEqual([[painted?.id, [195, 95, 111, 111]]]);

  await page.reload();
  await bench.opened();
  expect((await bench.objects()).map(({ mask }) => mask.counts)).toEqual(shown.map(({ mask }) => mask.counts));
});

test("an object is erased from, a polygon drawn with a hole, and a box asks the model", async ({ stage }) => {
  const place = await openTask(stage, "Shapes");
  const { page, bench } = place;
  await bench.press("p");
  await bench.click({ x: 100, y: 100 }, { x: 200, y: 100 }, { x: 200, y: 200 }, { x: 100, y: 200 });
  await bench.press("Enter");
  const [polygon] = await expectStored(place);
  expect(polygon?.bbox[0]).toBeGreaterThanOrEqual(100);
  await page.keyboard.down("i");
  await bench.click({ x: 130, y: 130 }, { x: 150, y: 130 }, { x: 150, y: 150 });
  await page.keyboard.up("i");
  await bench.press("Enter");
  const [holed] = await expectStored(place);
  expect(holed?.area).toBeLessThan(polygon?.area ?? 0);
  await keepPicture(page, "polygon");

  await bench.press("x");
  await bench.drag({ x: 100, y: 190 }, { x: 200, y: 190 });
  expect((await expectStored(place))[0]?.area).toBeLessThan(holed?.area ?? 0);
  await keepPicture(page, "eraser");

  await bench.press("r");
  const [left, top, right, bottom] = COFFEE.cup;
  await bench.drag({ x: left?.x ?? 0, y: top?.y ?? 0 }, { x: right?.x ?? 0, y: bottom?.y ?? 0 });
  await expect.poll(async () => (await bench.status()).proposal !== null, { message: "a mask is there" }).toBe(true);
  await bench.accept();
  const shown = await expectStored(place);
  expect(shown.map(({ proposalId }) => proposalId !== null)).toEqual([false, true]);
  await keepPicture(page, "box");
});
