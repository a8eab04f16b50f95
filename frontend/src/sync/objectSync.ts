import type { Annotation } from "../api/types";
import type { EngineApi, ObjectRecord, RecordsDiff } from "../engine/types";
import { baseOf, type Base } from "./operations";
import type { Outbox } from "./outbox";
import { recordOf, sameRecord } from "./records";
import { ServerObjects } from "./serverObjects";
import type { WorkTime, WorkTimeOf } from "./workTime";

/**
 * Keeps the engine's objects equal to what the server has, with the person's unsent edits on top: whatever arrives,
 * in whatever order, only the difference to what the engine already holds is applied.
 */
export class ObjectSync {
  readonly server = new ServerObjects();
  private readonly shown = new Map<string, ObjectRecord>();

  constructor(
    private readonly engine: Pick<EngineApi, "applyRemote">,
    private readonly outbox: Outbox,
  ) {}

  /** The person changed objects in the engine: notes what is to be sent, and how long it took. */
  edited(diff: RecordsDiff, work: ReturnType<WorkTimeOf> = null): void {
    const timeOf = (id: string): WorkTime | null => (work?.clientId === id ? work.time : null);
    for (const [id, record] of Object.entries(diff.added)) this.edit(id, record, timeOf(id));
    for (const [id, [, record]] of Object.entries(diff.updated)) this.edit(id, record, timeOf(id));
    for (const id of Object.keys(diff.removed)) this.edit(id, null, timeOf(id));
  }

  /** The server's last word about those of these objects that are deleted there. */
  deleted(clientIds: Iterable<string>): readonly Annotation[] {
    return [...clientIds].flatMap((id) => {
      const last = this.server.last(id);
      return last !== null && last.annotation.deleted ? [last.annotation] : [];
    });
  }

  /** One object from an answer or an event. */
  take(annotation: Annotation): void {
    this.server.take(annotation);
    this.show([annotation.client_id]);
  }

  /** A fresh state that was asked for at `mark`; `doubtful` when it was older than an answer that came before it. */
  takeAll(annotations: readonly Annotation[], mark: number): { doubtful: boolean } {
    const result = this.server.takeAll(annotations, mark);
    this.show([...this.server.ids(), ...this.outbox.ids()]);
    return result;
  }

  /** Brings the engine to what should be seen of these objects. */
  show(clientIds: Iterable<string>): void {
    const upsert: ObjectRecord[] = [];
    const remove: string[] = [];
    for (const id of new Set(clientIds)) {
      const wanted = this.wanted(id);
      if (sameRecord(wanted, this.shown.get(id) ?? null)) continue;
      if (wanted === null) {
        remove.push(id);
        this.shown.delete(id);
      } else {
        upsert.push(wanted);
        this.shown.set(id, wanted);
      }
    }
    if (upsert.length > 0 || remove.length > 0) this.engine.applyRemote({ upsert, remove });
  }

  private edit(id: string, record: ObjectRecord | null, time: WorkTime | null): void {
    const base = this.baseFor(id, this.shown.get(id));
    if (record === null) this.shown.delete(id);
    else this.shown.set(id, record);
    this.outbox.edit(id, record, base, time);
  }

  private baseFor(clientId: string, seen: ObjectRecord | undefined): Base | null {
    const last = this.server.last(clientId);
    if (last === null) return null;
    const base = seen === undefined ? baseOf(last.annotation) : baseOf(last.annotation, seen);
    return { ...base, deleted: last.gone };
  }

  private wanted(clientId: string): ObjectRecord | null {
    const entry = this.outbox.get(clientId);
    if (entry !== undefined) return entry.desired;
    const annotation = this.server.live(clientId);
    return annotation === null ? null : recordOf(annotation);
  }
}
