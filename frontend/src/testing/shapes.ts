/** Whole, valid answers of the server for tests; a test names only what it is about. */
import type { Import } from "../api/importCalls";
import type { Export, Image, Project, Task } from "../api/types";

const someone = { id: 1, username: "anna" };
const time = "2026-11-22T10:00:00Z";

const noProgress = { total: 0, open: 0, in_progress: 0, submitted: 0, changes_requested: 0, accepted: 0 };
const noCounts = { ...noProgress, skipped: 0, flagged: 0 };

export function projectOf(given: Partial<Project>): Project {
  return {
    id: 1,
    name: "Street scenes",
    guide: "",
    role: "admin",
    labels: [],
    dataset_ids: [],
    counts: noCounts,
    task_order: "position",
    random_share: 0.2,
    cover_url: null,
    active_people: [],
    created_at: time,
    ...given,
  };
}

export function imageOf(given: Partial<Image>): Image {
  return {
    id: 1,
    dataset_id: 1,
    name: "photo.jpg",
    sha256: "0".repeat(64),
    width: 640,
    height: 480,
    media_type: "image/jpeg",
    byte_size: 1000,
    file_url: "/api/images/1/file",
    thumbnail_url: "/api/images/1/thumbnail",
    tiles: null,
    ...given,
  };
}

export function taskOf(given: Partial<Task>): Task {
  return {
    id: 1,
    project_id: 1,
    position: 1,
    state: "open",
    image: imageOf({}),
    annotation_count: 0,
    unresolved_comment_count: 0,
    lowest_score: null,
    skip: null,
    flag: null,
    lease: null,
    submitted_by: null,
    updated_at: time,
    ...given,
  };
}

export function importOf(given: Partial<Import>): Import {
  return {
    id: 1,
    project_id: 1,
    file_name: "found.json",
    byte_size: 403,
    format: "coco",
    options: null,
    state: "checked",
    progress: 1,
    image_count: 2,
    annotation_count: 3,
    new_image_count: 0,
    occupied_image_count: 0,
    labels: [],
    problem_count: 0,
    problems: [],
    imported_image_count: 0,
    added_image_count: 0,
    imported_annotation_count: 0,
    kept_image_count: 0,
    left_open_image_count: 0,
    lost_answer_count: 0,
    error: null,
    requested_by: { id: 1, username: "admin" },
    created_at: time,
    started_at: time,
    finished_at: null,
    ...given,
  };
}

export function exportOf(given: Partial<Export>): Export {
  return {
    id: 1,
    project_id: 1,
    format: "coco",
    options: {
      states: ["accepted"],
      label_ids: null,
      verdicts: null,
      min_area: 0,
      empty: true,
      overlaps: "front",
      splits: { by: "none", shares: {} },
      images: "none",
      crops: false,
      research: false,
      licence: "",
    },
    snapshot: { id: 1, sha256: "5eed".repeat(16), created_at: time },
    state: "ready",
    progress: 1,
    annotation_count: 3,
    image_count: 2,
    byte_size: 4321,
    file_url: "/api/exports/1/file",
    error: null,
    requested_by: someone,
    created_at: time,
    started_at: time,
    finished_at: time,
    ...given,
  };
}
