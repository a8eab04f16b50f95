import type { QueryClient } from "@tanstack/react-query";

import { isApiError } from "../../api/errors";
import type { Me } from "../../api/types";
import { meQuery } from "./queries";

/** Who is signed in, or null; other failures (no server) are thrown. */
export async function currentUser(cache: QueryClient): Promise<Me | null> {
  try {
    return await cache.ensureQueryData(meQuery);
  } catch (error) {
    if (isApiError(error) && error.status === 401) return null;
    throw error;
  }
}

/** Only a path of this site may follow a sign-in; anything else could lead a person astray. */
export function safeRedirect(target: unknown): string {
  if (typeof target !== "string" || !/^\/[^/\\]/.test(target) || target.startsWith("/login")) return "/projects";
  return target;
}

type Listener = () => void;
const listeners = new Set<Listener>();

/** Calls back when an answer shows that the session has ended. */
export function onSessionEnd(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function sessionEnded(): void {
  for (const listener of listeners) listener();
}
