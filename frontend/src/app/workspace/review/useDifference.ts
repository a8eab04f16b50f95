import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useSyncExternalStore } from "react";

import { isApiError } from "../../../api/errors";
import type { ObjectRecord, Rle } from "../../../engine";
import { describeError } from "../../data/describeError";
import { t } from "../../i18n";
import { useObjects, useStatus, useWorkplace } from "../desk";
import { differenceOf, type Difference } from "./difference";
import { usePart, useReview } from "./useReview";

/** How the selected object is compared with its proposal: not at all, by colours, or by showing the proposal. */
export type Comparing = "off" | "tint" | "proposal";

/** Which comparison is asked for, for the page's whole life: a reviewer wants it for every object, or for none. */
class Wish {
  private comparing: Comparing = "off";
  private readonly listeners = new Set<() => void>();

  readonly get = (): Comparing => this.comparing;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  set(comparing: Comparing): void {
    this.comparing = comparing;
    for (const listener of [...this.listeners]) listener();
  }
}

export const wish = new Wish();

export function useComparing(): Comparing {
  return useSyncExternalStore(wish.subscribe, wish.get);
}

export interface Compared {
  readonly object: ObjectRecord;
  readonly proposal: Rle | null;
  readonly difference: Difference | null;
  /** Why there is nothing to compare with, in one sentence. */
  readonly problem: string | null;
}

/** The selected object beside its proposal; null while nothing is to be compared. */
export function useCompared(comparing: Comparing): Compared | null {
  const { session } = useWorkplace();
  const { desk } = useReview();
  const selection = useStatus((status) => status.selection);
  const object = useObjects().find(({ id }) => id === selection);
  const annotation = object === undefined ? null : session.annotation(object.id);
  // A reviewer will ask for it, and then does not want to wait.
  const ahead = usePart() === "judge";
  const wanted = annotation !== null && (comparing !== "off" || ahead);
  const { data, error } = useQuery({
    queryKey: ["first-proposal", annotation?.id ?? 0, annotation?.mask.counts.length ?? 0, annotation?.version ?? 0],
    queryFn: () => desk.api.proposal(annotation?.id ?? 0),
    enabled: wanted,
    staleTime: Infinity,
    retry: (failures, reason) => isApiError(reason) && reason.temporary && failures < 2,
  });
  const proposal = wanted ? (data?.mask ?? null) : null;
  const mask = object?.mask;
  const difference = useMemo(
    () => (proposal === null || mask === undefined ? null : differenceOf(proposal, mask)),
    [proposal, mask],
  );
  if (comparing === "off" || object === undefined) return null;
  const problem = annotation === null ? t("review.unsent") : error === null ? null : describeError(error);
  return { object, proposal, difference, problem };
}

/** While the key is held, the proposal's mask is drawn in the object's place. */
export function useProposalInstead(compared: Compared | null, shown: boolean): void {
  const { engine } = useWorkplace();
  const id = compared?.object.id;
  const proposal = compared?.proposal ?? null;
  useEffect(() => {
    if (!shown || id === undefined || proposal === null) return undefined;
    engine.view.showInstead(id, proposal);
    return () => engine.view.showInstead(id, null);
  }, [engine, shown, id, proposal]);
}
