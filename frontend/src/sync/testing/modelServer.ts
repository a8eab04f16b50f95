import { ApiError } from "../../api/errors";
import type { Annotation, TaskDetail, TaskEvent, User } from "../../api/types";
import type { DetailsBody } from "../detailChanges";
import type { Operation } from "../operations";
import { aDetail, anAnnotation } from "./factories";

/** The server's rules for the objects of one task: versions, idempotent creates, soft deletes, events on commit. */
export class ModelServer {
  readonly objects = new Map<string, Annotation>();
  private readonly subscribers = new Set<(event: TaskEvent) => void>();
  private nextId = 1;

  /** Carries out one request; throws what the client would get. */
  carryOut(operation: Operation, by: User): Annotation {
    return operation.kind === "create" ? this.create(operation.body, by) : this.change(operation, by);
  }

  fresh(lease: User): TaskDetail {
    const live = [...this.objects.values()].filter((object) => !object.deleted);
    return aDetail({ annotations: live, lease: { holder: lease, expires_at: "" }, annotation_count: live.length });
  }

  subscribe(subscriber: (event: TaskEvent) => void): () => void {
    this.subscribers.add(subscriber);
    return () => this.subscribers.delete(subscriber);
  }

  private create(body: (Operation & { kind: "create" })["body"], by: User): Annotation {
    const existing = this.objects.get(body.client_id);
    if (existing !== undefined) return existing;
    const counts = body.mask?.counts ?? `mask-${body.client_id}`;
    return this.commit(
      anAnnotation(body.client_id, {
        id: this.nextId++,
        label_id: body.label_id,
        mask: { size: [4, 6], counts },
        proposal_id: body.proposal_id ?? null,
        created_by: by,
        updated_by: by,
        ...described(body, anAnnotation(body.client_id)),
      }),
    );
  }

  private change(operation: Exclude<Operation, { kind: "create" }>, by: User): Annotation {
    const current = [...this.objects.values()].find((object) => object.id === operation.annotationId);
    if (current === undefined) throw new ApiError(404, "not_found", "There is no such annotation.");
    const { version, label_id, mask, deleted } = operation.body;
    if (version !== current.version) {
      throw new ApiError(409, "stale_version", "Somebody changed this object.", { current });
    }
    return this.commit({
      ...current,
      label_id: label_id ?? current.label_id,
      mask: mask ?? current.mask,
      deleted: deleted ?? current.deleted,
      version: version + 1,
      updated_by: by,
      ...described(operation.body, current),
    });
  }

  private commit(annotation: Annotation): Annotation {
    this.objects.set(annotation.client_id, annotation);
    for (const tell of this.subscribers) tell({ type: "annotation.changed", annotation });
    return annotation;
  }
}

/** Flags and place as told, answers one by one; what is left out stays. */
function described(body: DetailsBody, current: Annotation): Partial<Annotation> {
  const { occluded, truncated, crowd, ignore, position } = { ...current, ...body };
  const attributes: Annotation["attributes"] = { ...current.attributes };
  for (const [key, answer] of Object.entries(body.attributes ?? {})) {
    if (answer === null) delete attributes[key];
    else attributes[key] = answer;
  }
  return { occluded, truncated, crowd, ignore, position, attributes };
}
