import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";

import type { AttributeInput } from "../src/api/attributeCalls";
import type { LabelInput } from "../src/api/types";
import { violations } from "./harness/axe";
import { Bench } from "./harness/bench";
import { resultsFolder } from "./harness/places";
import { test, type Stage } from "./harness/stage";
import { signIn, world } from "./harness/world";

const LABELS: (LabelInput & { attributes?: AttributeInput[] })[] = [
  {
    name: "cup",
    color: "#009e73",
    kind: "thing",
    attributes: [
      { name: "Material", kind: "choice", choices: ["china", "glass"], required: true },
      { name: "Fill level", kind: "number", min: 0, max: 100 },
      { name: "Note", kind: "text" },
      { name: "In use", kind: "yes_no", default: true },
    ],
  },
  { name: "person", color: "#d55e00", kind: "thing" },
  { name: "table", color: "#0072b2", kind: "stuff" },
];

async function open(stage: Stage, name: string, photographs = ["coffee.png"]) {
  const made = await world(name, { members: { ada: "annotator" }, labels: LABELS, photographs });
  const { page } = await stage.visitor("ada");
  await page.goto(`/p/${made.project.id}/t/${made.tasks[0]?.id}`);
  const bench = new Bench(page);
  await bench.opened();
  return { ...made, page, bench, ada: await signIn("ada") };
}

function keepPicture(page: Page, name: string): Promise<Buffer> {
  return page.screenshot({ path: join(resultsFolder("objects"), `${name}.png`) });
}

async function square(bench: Bench, x: number, y: number, side = 80): Promise<void> {
  await bench.press("p");
  await bench.click({ x, y }, { x: x + side, y }, { x: x + side, y: y + side }, { x, y: y + side });
  await bench.press("Enter");
}

async function lookBothWays(page: Page, name: string): Promise<void> {
  await keepPicture(page, `${name}-light`);
  expect(await violations(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForFunction(() => document.documentElement.dataset["mantineColorScheme"] === "dark");
  await keepPicture(page, `${name}-dark`);
  expect(await violations(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: "light" });
}

test("attributes, flags and order are stored, undone, asked for at submission, and there again after a reload", async ({ stage }) => {
  const { page, bench, ada } = await open(stage, "Attributes");
  await square(bench, 100, 100);
  await square(bench, 140, 140);
  await page.getByRole("button", { name: "Truncated" }).click();
  await page.getByRole("textbox", { name: "Fill level" }).fill("40");
  await page.keyboard.press("Enter");
  await bench.saves("Saved");
  const material = page.getByRole("group", { name: "Material required" });
  await lookBothWays(page, "attributes");
  await bench.press("Control+Enter");
  await page.getByText("Object 1, cup: “Material” needs an answer; so does 1 more object.").waitFor();
  await material.getByRole("button", { name: "glass" }).click();
  await bench.press("PageUp");
  await bench.saves("Saved");
  const { annotations } = await ada.task(bench.taskId);
  const [fill, inUse] = [1, 3].map((index) => Object.keys(annotations[1]?.attributes ?? {}).sort((a, b) => Number(a) - Number(b))[index === 1 ? 0 : 1]);
  expect(annotations.map(({ truncated }) => truncated)).toEqual([false, true]);
  expect([annotations[1]?.attributes[fill ?? ""], annotations[1]?.attributes[inUse ?? ""]]).toEqual([40, true]);
  expect(Object.values(annotations[0]?.attributes ?? {})).toContain("glass");
  expect((annotations[0]?.position ?? 0) > (annotations[1]?.position ?? 0)).toBe(true);
  await page.reload();
  await bench.opened();
  await page.getByRole("button", { name: /^Object 1, cup/ }).click();
  expect(await material.getByRole("button", { name: "glass" }).getAttribute("aria-pressed")).toBe("true");
});

test("objects are hidden, locked, copied, filled around, and gone through by Tab", async ({ stage }) => {
  const { page, bench } = await open(stage, "Sight");
  await bench.press("2");
  for (let index = 0; index < 9; index += 1) await square(bench, 40 + 50 * index, 60, 40);
  await bench.press("v");
  await bench.click({ x: 300, y: 300 });
  await bench.press("Tab", "Tab");
  const second = (await bench.objects())[1];
  expect((await bench.status()).selection).toBe(second?.id);
  await bench.press("Shift+H");
  await page.getByText("1 object is hidden.").waitFor();
  await bench.press("Shift+S", "Shift+L", "Delete");
  expect((await bench.objects()).length).toBe(9);
  expect(await bench.hint()).toBe("This object is locked. Shift L unlocks it.");
  await bench.press("Shift+L", "Control+c", "Control+v");
  await expect.poll(async () => (await bench.objects()).length).toBe(10);
  await page.getByRole("button", { name: "Fill the rest with table" }).click();
  await expect.poll(async () => (await bench.objects()).length).toBe(11);
  await page.getByRole("textbox", { name: "Find objects" }).fill("person");
  await page.getByText("10 of 11").waitFor();
  await page.getByRole("button", { name: /^More for object 1,/ }).focus();
  await bench.press("Enter");
  await page.getByRole("menuitem", { name: "Order" }).waitFor();
  await keepPicture(page, "menu");
  // Menus lie at the end of the document, outside of its landmarks: good practice says otherwise, WCAG does not.
  expect((await violations(page)).filter((line) => !line.startsWith("region:"))).toEqual([]);
  await bench.press("Escape");
  await lookBothWays(page, "list");
  await page.locator("[role='application']").focus();
  await bench.press("Escape", "Tab");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).not.toBe("application");
  await bench.saves("Saved");
});

test("an admin writes down what a label asks, and is told how many answers a change would lose", async ({ stage }) => {
  const { project, bench } = await open(stage, "Schema");
  await square(bench, 100, 100);
  await bench.page.getByRole("button", { name: "china" }).click();
  await bench.saves("Saved");
  const { page } = await stage.visitor("admin");
  await page.goto(`/p/${project.id}/labels`);
  await page.getByRole("button", { name: "4 attributes of cup" }).click();
  await page.getByRole("button", { name: "Add attribute" }).click();
  const form = page.getByRole("form", { name: "New attribute" });
  await form.getByRole("textbox", { name: "Name" }).fill("Handle");
  await form.getByRole("textbox", { name: "Choices, one a line" }).fill("left\nright");
  await lookBothWays(page, "schema");
  await form.getByRole("button", { name: "Add attribute" }).click();
  await page.getByRole("button", { name: "Move Handle up" }).click();
  await page.getByText("Handle is number 4 now.").waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Remove Material" }).click();
  await page.getByText("1 object has an answer to “Material”. Removing it loses that answer.").waitFor();
  await page.getByRole("button", { name: "Lose 1 answer" }).click();
  await page.getByRole("button", { name: "4 attributes of cup" }).waitFor();
  const { labels } = await (await signIn("admin")).project(project.id);
  expect(labels[0]?.attributes.map(({ name }) => name)).toEqual(["Fill level", "Note", "Handle", "In use"]);
});
