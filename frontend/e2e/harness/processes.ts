import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject } from "vitest";

import { isReady } from "./stack";

type Child = "postgres" | "valkey" | "web" | "worker-segment" | "worker-default" | "worker-train" | "beat";

interface Row {
  name: string;
  pid: number;
}

/** The number of a running child, as the supervisor wrote it down. */
export function pidOf(child: Child): number | null {
  const rows = JSON.parse(readFileSync(join(inject("stack").data, "children.json"), "utf8")) as Row[];
  return rows.find(({ name }) => name === child)?.pid ?? null;
}

export function runningPid(child: Child): number {
  const pid = pidOf(child);
  if (pid === null) throw new Error(`${child} does not run.`);
  return pid;
}

/** Lets the supervisor start nothing again while `during` runs, so that an outage lasts as long as a test needs. */
export async function withoutRestarts(during: () => Promise<void>): Promise<void> {
  const lock = JSON.parse(readFileSync(join(inject("stack").data, "supervisor.lock"), "utf8")) as { pid: number };
  process.kill(lock.pid, "SIGSTOP");
  try {
    await during();
  } finally {
    process.kill(lock.pid, "SIGCONT");
  }
}

/** Processes started by this one; those of a worker do its work. */
export function childrenOf(pid: number): number[] {
  const list = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return list.split(" ").filter((word) => word !== "").map(Number);
}

/** How often a child's log holds these words. */
export function countInLog(child: Child, words: string): number {
  return logOf(child).split(words).length - 1;
}

export function lastLine(child: Child): string {
  return logOf(child).trimEnd().split("\n").at(-1) ?? "";
}

function logOf(child: Child): string {
  return readFileSync(join(inject("stack").data, "logs", `${child}.log`), "utf8");
}

/** Waits until another process has taken the place of `pid` and everything answers again. */
export async function restarted(child: Child, pid: number): Promise<void> {
  await expect.poll(() => pidOf(child) ?? pid, { timeout: 60_000, message: `${child} runs again` }).not.toBe(pid);
  await expect.poll(() => isReady(inject("stack").url), { timeout: 60_000, message: "all is ready again" }).toBe(true);
}
