import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { PYTHON, ROOT, SCRIPTS } from "./places";

const run = promisify(execFile);

/** Runs one script of e2e/python with the project's own Python and reads the JSON that it prints. */
export async function python<Answer>(
  script: string,
  options: { arguments?: string[]; input?: unknown; environment?: Record<string, string> } = {},
): Promise<Answer> {
  const child = run(PYTHON, [join(SCRIPTS, script), ...(options.arguments ?? [])], {
    cwd: ROOT,
    env: { ...process.env, ...options.environment },
    maxBuffer: 64 * 2 ** 20,
  });
  child.child.stdin?.end(JSON.stringify(options.input ?? null));
  const { stdout } = await child;
  return JSON.parse(stdout) as Answer;
}
