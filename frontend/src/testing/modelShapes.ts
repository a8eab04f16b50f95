/** Whole, valid answers about models and runs for tests; a test names only what it is about. */
import type {
  Comparison,
  Figures,
  Models,
  ModelVersion,
  TrainingPlan,
  TrainingRun,
  TrainingRunDetail,
} from "../api/modelTypes";

const someone = { id: 1, username: "anna" };
const time = "2026-11-22T10:00:00Z";

export function figuresOf(given: Partial<Figures>): Figures {
  return { mean_iou: 0.8, share_85: 0.5, clicks_to_90: 6, latency_p50_ms: 30, ...given };
}

export function comparisonOf(given: Partial<Comparison>): Comparison {
  const before = figuresOf({ mean_iou: 0.8 });
  const after = figuresOf({ mean_iou: 0.85, share_85: 0.62, clicks_to_90: 5.2, latency_p50_ms: 31 });
  return { n: 60, groups: 12, before, after, gain: 0.05, low: 0.021, high: 0.079, ...given };
}

export function versionOf(given: Partial<ModelVersion>): ModelVersion {
  const id = given.id ?? 1;
  return {
    id,
    project_id: 1,
    number: id,
    name: `Cells ${id}`,
    origin: "trained",
    state: "ready",
    active: false,
    archived: false,
    parent_id: null,
    run_id: null,
    sha256: "a".repeat(64),
    identity: `cells-${id}`,
    architecture: "extreme_fpn",
    licence: "Apache-2.0",
    byte_size: 12_300_000,
    held_out: figuresOf({}),
    file_url: `/api/models/${id}/file`,
    card_url: `/api/models/${id}/card`,
    error: null,
    created_by: someone,
    created_at: time,
    ...given,
  };
}

export function modelsOf(given: Partial<Models>): Models {
  return { active_id: null, pinned: false, bundled: "default", results: [], next: null, ...given };
}

export function runOf(given: Partial<TrainingRun>): TrainingRun {
  return {
    id: 1,
    project_id: 1,
    trigger: "button",
    state: "succeeded",
    phase: "check",
    progress: 1,
    seconds_left: null,
    seed: 0,
    snapshot: {
      id: 1,
      sha256: "b".repeat(64),
      image_count: 48,
      object_count: 200,
      held_out_image_count: 12,
      held_out_object_count: 60,
      created_at: time,
    },
    start_id: null,
    version_id: null,
    decision: "",
    objections: [],
    held_out: null,
    check: null,
    latest: null,
    evidence_url: null,
    error: null,
    requested_by: someone,
    created_at: time,
    started_at: time,
    finished_at: "2026-11-22T10:03:20Z",
    ...given,
  };
}

export function runDetailOf(given: Partial<TrainingRunDetail>): TrainingRunDetail {
  return { ...runOf({}), curves: [], log: "", ...given };
}

export function planOf(given: Partial<TrainingPlan>): TrainingPlan {
  return {
    obstacle: null,
    image_count: 48,
    object_count: 200,
    held_out_image_count: 12,
    held_out_object_count: 60,
    new_object_count: 200,
    samples: 3200,
    steps: 400,
    seconds: 200,
    ...given,
  };
}
