import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { FRONTEND } from "./places";

const SOURCES = ["src", "public", "index.html", "package.json", "package-lock.json", "vite.config.ts"];
const BUILT = join(FRONTEND, "dist", "index.html");

/** Builds the front end when it was never built, or when a source is newer than what was built. */
export function ensureBuilt(): void {
  if (modified(BUILT) >= Math.max(...SOURCES.map((name) => newest(join(FRONTEND, name))))) return;
  execFileSync("npm", ["run", "--silent", "build"], { cwd: FRONTEND, stdio: "pipe" });
}

function newest(path: string): number {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  const inside = readdirSync(path, { recursive: true, withFileTypes: true });
  const files = inside.filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name));
  return Math.max(0, ...files.map((entry) => modified(join(entry.parentPath, entry.name))));
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
