import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

const HERE = import.meta.dirname;

export const FRONTEND = join(HERE, "..", "..");
export const ROOT = join(FRONTEND, "..");
export const VENV = join(ROOT, ".venv");
export const PYTHON = join(VENV, "bin", "python");
export const SCRIPTS = join(HERE, "..", "python");

/** Screenshots, logs and what else a person may want to look at after a run; git ignores it. */
export function resultsFolder(...below: string[]): string {
  const folder = join(FRONTEND, "test-results", ...below);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** A file name made of any words. */
export function fileName(...words: string[]): string {
  return words.join(" ").replace(/[^\w.-]+/g, "-").slice(0, 120);
}

/** The path of a photograph that scikit-image ships, such as `coffee.png`. */
export function photograph(name: string): string {
  const libraries = join(VENV, "lib");
  for (const version of readdirSync(libraries)) {
    const path = join(libraries, version, "site-packages", "skimage", "data", name);
    if (existsSync(path)) return path;
  }
  throw new Error(`scikit-image has no ${name} in ${VENV}; run \`make test\`, which makes the environment.`);
}
