import type { EngineStatus } from "../../engine";

export type Step = 1 | 2 | 3;
export const LAST_STEP: Step = 3;

type Seen = Pick<EngineStatus, "proposal" | "points"> & { readonly made: number };

/** Hints follow the work: the first until a mask comes, the second until it is accepted, the third until the next object. */
export function nextStep(step: Step | null, { proposal, points, made }: Seen): Step | null {
  if (step === 1 && made > 0) return 3;
  if (step === 1) return proposal === null ? 1 : 2;
  if (step === 2) return made > 0 ? 3 : 2;
  if (step === 3) return points.length > 0 ? null : 3;
  return null;
}

const flagOf = (userId: number): string => `cardinal-taught-${userId}`;

/** Storage can be switched off; the hints then come back, which harms nobody. */
export function wasTaught(userId: number, storage: Storage = localStorage): boolean {
  try {
    return storage.getItem(flagOf(userId)) === "yes";
  } catch {
    return false;
  }
}

export function rememberTaught(userId: number, storage: Storage = localStorage): void {
  try {
    storage.setItem(flagOf(userId), "yes");
  } catch {
    // See `wasTaught`.
  }
}
