import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { PYTHON, ROOT, resultsFolder } from "./places";

/** Where the running platform answers, and where it keeps everything. */
export interface Stack {
  readonly url: string;
  readonly data: string;
}

const START_MS = 180_000;
const STOP_MS = 75_000;
const PAUSE_MS = 100;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

/** Database, broker, web server and workers as `make demo` starts them, with data of their own. */
export class RunningStack {
  private constructor(
    readonly stack: Stack,
    private readonly supervisor: ChildProcess,
  ) {}

  static async start(): Promise<RunningStack> {
    // A short path: those of unix sockets are limited, and TMPDIR may be long.
    const data = mkdtempSync("/tmp/cardinal-e2e-");
    const output = join(resultsFolder("logs"), "serve.log");
    const log = openSync(output, "w");
    const supervisor = spawn(PYTHON, ["-m", "cardinal.embedded", "serve", "--end-with-parent"], {
      cwd: ROOT,
      // The kernel picks a free port; the supervisor writes down which.
      env: { ...process.env, CARDINAL_DATA: data, CARDINAL_PORT: "0" },
      stdio: ["ignore", log, log],
    });
    try {
      const url = await address(data, supervisor, output);
      return new RunningStack({ url, data }, supervisor);
    } catch (error) {
      supervisor.kill("SIGTERM");
      throw error;
    }
  }

  /** SIGTERM, as an administrator would; the data go and the logs stay with the results. */
  async stop(): Promise<void> {
    this.supervisor.kill("SIGTERM");
    await ended(this.supervisor);
    cpSync(join(this.stack.data, "logs"), resultsFolder("logs"), { recursive: true });
    rmSync(this.stack.data, { recursive: true, force: true });
  }
}

/** A stack that somebody has started already, by its data folder. */
export function stackOf(data: string): Stack {
  const url = announced(data);
  if (url === null) throw new Error(`Nothing serves from ${data}; start it, or unset CARDINAL_E2E_DATA.`);
  return { url, data };
}

export async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).status === 200;
  } catch {
    return false;
  }
}

async function address(data: string, supervisor: ChildProcess, output: string): Promise<string> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline && supervisor.exitCode === null) {
    const url = announced(data);
    if (url !== null && (await isReady(url))) return url;
    await pause();
  }
  throw new Error(`The stack did not start:\n${readFileSync(output, "utf8")}`);
}

function announced(data: string): string | null {
  const lock = join(data, "supervisor.lock");
  if (!existsSync(lock)) return null;
  const found = /"address": "(http:[^"]+)"/.exec(readFileSync(lock, "utf8"));
  return found?.[1] ?? null;
}

async function ended(child: ChildProcess): Promise<void> {
  const deadline = Date.now() + STOP_MS;
  while (child.exitCode === null && child.signalCode === null) {
    if (Date.now() > deadline) throw new Error("The stack did not stop when asked to; see test-results/logs.");
    await pause();
  }
}
