/** The names the application uses for models and training runs. */
import type {
  Comparison,
  CurvePoint,
  ModelsChanged,
  Snapshot,
  TrainingRun,
  TrainingRunChanged,
} from "./events";
import type { components } from "./openapi";

type Schemas = components["schemas"];

export type Figures = Schemas["Figures"];
export type LearningCurve = Schemas["LearningCurve"];
export type Models = Schemas["Models"];
export type ModelVersion = Schemas["ModelVersion"];
export type { Comparison, CurvePoint, Snapshot, TrainingRun };

export interface TrainingRunDetail extends TrainingRun {
  curves: CurvePoint[];
  log: string;
}

export interface TrainingPlan {
  obstacle: Schemas["ErrorBrief"] | null;
  image_count: number;
  object_count: number;
  held_out_image_count: number;
  held_out_object_count: number;
  new_object_count: number;
  samples: number;
  steps: number;
  seconds: number | null;
}

export interface TrainingRules {
  every_accepted: number;
  schedule: "off" | "daily" | "weekly";
  promote_automatically: boolean;
}

/** What the project's socket says of them. */
export type ModelEvent = ModelsChanged | TrainingRunChanged;
