/** Requests about models and training runs. */
import { client, unwrap } from "./client";
import type {
  LearningCurve,
  Models,
  ModelVersion,
  TrainingPlan,
  TrainingRules,
  TrainingRun,
  TrainingRunDetail,
} from "./modelTypes";
import type { Page } from "./types";

const PAGE_SIZE = 30;

const paged = (cursor: string | null) => (cursor === null ? { limit: PAGE_SIZE } : { cursor, limit: PAGE_SIZE });

const inProject = (projectId: number) => ({ path: { project_id: projectId } });

const ofRun = (runId: number) => ({ params: { path: { run_id: runId } } });

export const models = (projectId: number, cursor: string | null): Promise<Models> =>
  unwrap(
    client.GET("/api/projects/{project_id}/models", { params: { ...inProject(projectId), query: paged(cursor) } }),
  );

export const putActiveModel = (projectId: number, versionId: number | null, pinned: boolean): Promise<Models> => {
  const body = { version_id: versionId, pinned };
  return unwrap(client.PUT("/api/projects/{project_id}/active-model", { params: inProject(projectId), body }));
};

export const changeModel = (
  versionId: number,
  body: { name: string } | { archived: boolean },
): Promise<ModelVersion> =>
  unwrap(client.PATCH("/api/models/{version_id}", { params: { path: { version_id: versionId } }, body }));

export const trainingRuns = (projectId: number, cursor: string | null): Promise<Page<TrainingRun>> => {
  const params = { ...inProject(projectId), query: paged(cursor) };
  return unwrap(client.GET("/api/projects/{project_id}/training-runs", { params }));
};

export const startTraining = (projectId: number): Promise<TrainingRun> =>
  unwrap(client.POST("/api/projects/{project_id}/training-runs", { params: inProject(projectId), body: {} }));

export const trainingRun = (runId: number): Promise<TrainingRunDetail> =>
  unwrap(client.GET("/api/training-runs/{run_id}", ofRun(runId)));

export const cancelTraining = (runId: number): Promise<TrainingRun> =>
  unwrap(client.POST("/api/training-runs/{run_id}/cancel", ofRun(runId)));

export const trainingPlan = (projectId: number): Promise<TrainingPlan> =>
  unwrap(client.GET("/api/projects/{project_id}/training-plan", { params: inProject(projectId) }));

export const trainingRules = (projectId: number): Promise<TrainingRules> =>
  unwrap(client.GET("/api/projects/{project_id}/training-rules", { params: inProject(projectId) }));

export const changeTrainingRules = (projectId: number, body: Partial<TrainingRules>): Promise<TrainingRules> =>
  unwrap(client.PATCH("/api/projects/{project_id}/training-rules", { params: inProject(projectId), body }));

export const learningCurve = (projectId: number): Promise<LearningCurve> =>
  unwrap(client.GET("/api/projects/{project_id}/learning-curve", { params: inProject(projectId) }));
