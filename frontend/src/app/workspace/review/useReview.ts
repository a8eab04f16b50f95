import { useSyncExternalStore } from "react";

import { useSession, useStatus, useWorkplace, type Workplace } from "../desk";
import { reviewOf, type ReviewDesk, type ReviewState } from "./reviewDesk";
import { partOf, type Heard, type Part } from "./verdicts";

export function deskOf({ session, engine, me }: Pick<Workplace, "session" | "engine" | "me">): ReviewDesk {
  return reviewOf({ session, engine, user: me });
}

export function useReview(): { readonly desk: ReviewDesk; readonly state: ReviewState } {
  const desk = deskOf(useWorkplace());
  return { desk, state: useSyncExternalStore(desk.subscribe, desk.snapshot) };
}

/** What is said of one object; null without a verdict. */
export function useVerdict(id: string): Heard | null {
  const desk = deskOf(useWorkplace());
  return useSyncExternalStore(desk.subscribe, () => desk.snapshot().said.get(id) ?? null);
}

export function usePart(): Part {
  const { project } = useWorkplace();
  const { task } = useSession();
  const readOnly = useStatus((status) => status.readOnly);
  return partOf(project.role, task?.state ?? null, readOnly);
}
