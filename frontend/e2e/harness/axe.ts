import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

import { FRONTEND } from "./places";

const SOURCE = readFileSync(join(FRONTEND, "node_modules", "axe-core", "axe.min.js"), "utf8");

/** What axe-core finds wrong with the page as it is now: one line for each element. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(SOURCE);
  const results = await page.evaluate(
    () => (window as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  );
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary?.split("\n").at(-1)?.trim() ?? ""}`),
  );
}
