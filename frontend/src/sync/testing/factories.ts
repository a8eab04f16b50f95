import type { Annotation, Task, TaskDetail, User } from "../../api/types";
import type { ObjectRecord } from "../../engine/types";

export const ana: User = { id: 1, username: "ana" };
export const ben: User = { id: 2, username: "ben" };
const DAY = "2026-01-02T03:04:05Z";

export function aRecord(id: string, changes: Partial<ObjectRecord> = {}): ObjectRecord {
  return {
    id,
    labelId: 1,
    mask: { size: [4, 6], counts: `mask-${id}` },
    bbox: [1, 1, 2, 2],
    area: 4,
    score: 0.9,
    proposalId: 70,
    author: "ana",
    position: 1024,
    ...changes,
  };
}

export function anAnnotation(clientId: string, changes: Partial<Annotation> = {}): Annotation {
  return {
    id: 100,
    client_id: clientId,
    task_id: 7,
    label_id: 1,
    mask: { size: [4, 6], counts: `mask-${clientId}` },
    bbox: [1, 1, 2, 2],
    area: 4,
    score: 0.9,
    proposal_id: 70,
    attributes: {},
    occluded: false,
    truncated: false,
    crowd: false,
    ignore: false,
    position: 1024,
    seconds: 0,
    tool_seconds: {},
    verdict: "none",
    verdict_by: null,
    verdict_at: null,
    verdict_reasons: [],
    verdict_text: "",
    version: 1,
    deleted: false,
    created_by: ana,
    updated_by: ana,
    created_at: DAY,
    updated_at: DAY,
    ...changes,
  };
}

export function aTask(changes: Partial<Task> = {}): Task {
  return {
    id: 7,
    project_id: 3,
    position: 12,
    state: "open",
    image: {
      id: 5,
      dataset_id: 2,
      name: "photo_0231.jpg",
      sha256: "0".repeat(64),
      width: 6,
      height: 4,
      media_type: "image/jpeg",
      byte_size: 10,
      file_url: "/api/images/5/file",
      thumbnail_url: "/api/images/5/thumbnail",
      tiles: null,
    },
    annotation_count: 0,
    unresolved_comment_count: 0,
    lowest_score: null,
    skip: null,
    flag: null,
    lease: { holder: ana, expires_at: DAY },
    submitted_by: null,
    updated_at: DAY,
    ...changes,
  };
}

export function aDetail(changes: Partial<TaskDetail> = {}): TaskDetail {
  return { ...aTask(changes), annotations: [], comments: [], last_review: null, ...changes };
}
