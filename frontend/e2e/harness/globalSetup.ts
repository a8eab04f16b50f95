import { rmSync } from "node:fs";
import type { TestProject } from "vitest/node";

import { ensureBuilt } from "./build";
import { resultsFolder } from "./places";
import { python } from "./python";
import { RunningStack, stackOf, type Stack } from "./stack";

declare module "vitest" {
  export interface ProvidedContext {
    stack: Stack;
  }
}

/** Annotators beside the demo's three accounts; dora is in no project. */
export const MORE_PEOPLE = ["ada", "ben", "cleo", "dora"] as const;

/** `CARDINAL_E2E_DATA` names the data folder of a stack that already runs, which is then used and left alone. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  for (const old of ["failures", "logs"]) rmSync(resultsFolder(old), { recursive: true });
  const shared = process.env["CARDINAL_E2E_DATA"];
  if (shared === undefined) ensureBuilt();
  const running = shared === undefined ? await RunningStack.start() : null;
  const stack = running?.stack ?? stackOf(shared ?? "");
  try {
    await python("accounts.py", {
      arguments: [...MORE_PEOPLE],
      environment: { DJANGO_SETTINGS_MODULE: "cardinal.settings.demo", CARDINAL_DATA: stack.data },
    });
  } catch (error) {
    await running?.stop();
    throw error;
  }
  project.provide("stack", stack);
  return async () => running?.stop();
}
