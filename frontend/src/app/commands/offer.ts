/** What the palette is asked for: the open task, as long as there is one, and whether it is open. */
import { useEffect } from "react";

import type { Work } from "./work";

class Offer {
  /** The open task's; null on other pages, and while a dialog of the task has the keyboard. */
  work: Work | null = null;
  private opener: (() => void) | null = null;

  /** Set by the one who shows the palette. */
  openedBy(opener: () => void): () => void {
    this.opener = opener;
    return () => {
      if (this.opener === opener) this.opener = null;
    };
  }

  open(): void {
    this.opener?.();
  }
}

export const offer = new Offer();

export function useOffer(work: Work, blocked: boolean): void {
  useEffect(() => {
    if (blocked) return undefined;
    offer.work = work;
    return () => {
      if (offer.work === work) offer.work = null;
    };
  }, [work, blocked]);
}
