/** The names the application uses for models and training runs. */
import type { ModelsChanged, TrainingRunChanged } from "./events";
import type { components } from "./openapi";

type Schemas = components["schemas"];

export type Comparison = Schemas["Comparison"];
export type CurvePoint = Schemas["CurvePoint"];
export type Figures = Schemas["Figures"];
export type LearningCurve = Schemas["LearningCurve"];
export type Models = Schemas["Models"];
export type ModelVersion = Schemas["ModelVersion"];
export type Snapshot = Schemas["Snapshot"];
export type TrainingPlan = Schemas["TrainingPlan"];
export type TrainingRules = Schemas["TrainingRules"];
export type TrainingRun = Schemas["TrainingRun"];
export type TrainingRunDetail = Schemas["TrainingRunDetail"];

/** What the project's socket says of them. */
export type ModelEvent = ModelsChanged | TrainingRunChanged;
