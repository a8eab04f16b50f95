import { join } from "node:path";
import { expect } from "vitest";

import { violations } from "./harness/axe";
import { Bench } from "./harness/bench";
import { tabTo } from "./harness/keyboard";
import { COFFEE } from "./harness/objects";
import { resultsFolder } from "./harness/places";
import { test } from "./harness/stage";
import { world } from "./harness/world";

test("the palette finds what to do, a key is chosen, and every tab knows it", { timeout: 180_000 }, async ({ stage }) => {
  const { project, tasks } = await world("Keys", { members: { ada: "annotator" } });
  const visitor = await stage.visitor("ada");
  const { page } = visitor;
  const task = `/p/${project.id}/t/${tasks[0]?.id}`;
  const shot = (name: string) => page.screenshot({ path: join(resultsFolder("keys"), `${name}.png`) });
  await page.goto(task);
  const bench = new Bench(page);
  await bench.opened();
  for (const place of COFFEE.cup) await bench.click(place);
  await bench.mask();
  await bench.press("Control+k");
  await page.getByRole("combobox", { name: "Search commands" }).waitFor();
  await page.keyboard.type("accept");
  await expect.poll(() => page.getByRole("option", { selected: true }).textContent()).toContain("Accept the mask");
  expect(await violations(page)).toEqual([]);
  await shot("palette-light");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Backspace");
  await shot("palette-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await page.keyboard.type("accept");
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await bench.objects()).length).toBe(1);
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("application");

  const me = await visitor.newTab();
  await me.goto("/me");
  await me.getByRole("button", { name: "Change the key of “Brush”" }).waitFor();
  await tabTo(me, "Change the key of “Brush”");
  await me.keyboard.press("Enter");
  await me.keyboard.press("y");
  await me.getByText("“Brush” has the key Y now.").waitFor();
  expect(await violations(me)).toEqual([]);
  await me.screenshot({ path: join(resultsFolder("keys"), "me-light.png") });
  await me.emulateMedia({ colorScheme: "dark" });
  await me.waitForFunction(() => document.documentElement.dataset["mantineColorScheme"] === "dark");
  // Colours that are still on their way are no colours to judge.
  await me.waitForFunction(() => document.getAnimations().length === 0);
  expect(await violations(me)).toEqual([]);
  await me.screenshot({ path: join(resultsFolder("keys"), "me-dark.png") });
  await me.close();

  await bench.press("y");
  await expect.poll(async () => (await bench.status()).tool).toBe("brush");
  await expect.poll(async () => (await (await page.request.get("/api/me/preferences")).json()) as unknown).toMatchObject({
    preferences: { keymap: { "tool.brush": ["y"] } },
  });
  await page.reload();
  await bench.opened();
  await bench.press("e", "b");
  expect((await bench.status()).tool).toBe("extreme");
  await bench.press("y");
  await expect.poll(async () => (await bench.status()).tool).toBe("brush");
  await bench.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await shot("sheet");
});
