import type { EngineApi } from "../../engine";
import type { TaskSession } from "../../sync";

/** The open task, for end-to-end tests and for whoever looks for a fault at the browser's console. */
export interface Inspected {
  readonly engine: EngineApi;
  readonly session: TaskSession;
}

declare global {
  interface Window {
    __cardinal?: Inspected | undefined;
  }
}

/** Shows the task under `window.__cardinal` until the returned function is called. Nothing in the page reads it. */
export function inspectable({ engine, session }: Inspected): () => void {
  const shown: Inspected = { engine, session };
  window.__cardinal = shown;
  return () => {
    if (window.__cardinal === shown) window.__cardinal = undefined;
  };
}
