import type { Annotation } from "../api/types";

interface Known {
  annotation: Annotation;
  /** Deleted, or absent from a fresh state that must have held it. */
  gone: boolean;
  /** When it was last heard of, on this object's own clock. */
  tick: number;
}

/**
 * The server's objects of one task as far as they are known here. Answers, events and fresh states may arrive in
 * any order; for each object the highest version wins, and deleted objects stay known so that an old event cannot
 * bring them back.
 */
export class ServerObjects {
  private readonly known = new Map<string, Known>();
  private clock = 0;

  /** Call when a fresh state is asked for; what is heard later than this may be missing from it. */
  mark(): number {
    this.clock += 1;
    return this.clock;
  }

  /** Takes one object from an answer or an event; false when something newer is known. */
  take(annotation: Annotation): boolean {
    const known = this.known.get(annotation.client_id);
    if (known !== undefined && known.annotation.version >= annotation.version) return false;
    this.known.set(annotation.client_id, { annotation, gone: annotation.deleted, tick: this.mark() });
    return true;
  }

  /**
   * Takes a fresh state that was asked for at `mark`. Objects that it lacks are gone, except those heard of since:
   * these stay, and `doubtful` asks for a newer fresh state.
   */
  takeAll(annotations: readonly Annotation[], mark: number): { doubtful: boolean } {
    const present = new Set<string>();
    for (const annotation of annotations) {
      present.add(annotation.client_id);
      if (!this.take(annotation)) this.revive(annotation, mark);
    }
    let doubtful = false;
    for (const [clientId, known] of this.known) {
      if (present.has(clientId) || known.gone) continue;
      if (known.tick > mark) doubtful = true;
      else known.gone = true;
    }
    return { doubtful };
  }

  /** The object if it exists on the server. */
  live(clientId: string): Annotation | null {
    const known = this.known.get(clientId);
    return known === undefined || known.gone ? null : known.annotation;
  }

  /** The last version heard of, deleted or not. */
  last(clientId: string): { annotation: Annotation; gone: boolean } | null {
    return this.known.get(clientId) ?? null;
  }

  clientIdOf(annotationId: number): string | null {
    for (const [clientId, { annotation }] of this.known) if (annotation.id === annotationId) return clientId;
    return null;
  }

  ids(): IterableIterator<string> {
    return this.known.keys();
  }

  /** An object thought gone because an earlier fresh state lacked it, and which a later one has. */
  private revive(annotation: Annotation, mark: number): void {
    const known = this.known.get(annotation.client_id);
    if (known?.gone === true && known.annotation.version === annotation.version && known.tick <= mark) {
      known.gone = annotation.deleted;
    }
  }
}
