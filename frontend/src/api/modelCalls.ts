/** Requests about models and training runs. */
import { client, csrfToken, unwrap } from "./client";
import { ApiError, errorFromBody, networkError } from "./errors";
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

async function send<T>(method: string, path: string, body?: object): Promise<T> {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrfToken() };
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const url = new URL(`/api/${path}`, globalThis.location.origin);
  try {
    const answer = await globalThis.fetch(new Request(url, { method, headers, credentials: "same-origin", ...init }));
    const read: unknown = await answer.json().catch(() => null);
    if (!answer.ok) throw errorFromBody(answer.status, read);
    return read as T;
  } catch (reason) {
    throw reason instanceof ApiError ? reason : networkError();
  }
}

const page = (cursor: string | null): string =>
  new URLSearchParams({ limit: String(PAGE_SIZE), ...(cursor === null ? {} : { cursor }) }).toString();

const inProject = (projectId: number) => ({ path: { project_id: projectId } });

export const models = (projectId: number, cursor: string | null): Promise<Models> => {
  const query = cursor === null ? { limit: PAGE_SIZE } : { cursor, limit: PAGE_SIZE };
  return unwrap(client.GET("/api/projects/{project_id}/models", { params: { ...inProject(projectId), query } }));
};

export const putActiveModel = (projectId: number, versionId: number | null, pinned: boolean): Promise<Models> => {
  const body = { version_id: versionId, pinned };
  return unwrap(client.PUT("/api/projects/{project_id}/active-model", { params: inProject(projectId), body }));
};

export const changeModel = (
  versionId: number,
  body: { name: string } | { archived: boolean },
): Promise<ModelVersion> =>
  unwrap(client.PATCH("/api/models/{version_id}", { params: { path: { version_id: versionId } }, body }));

export const trainingRuns = (projectId: number, cursor: string | null): Promise<Page<TrainingRun>> =>
  send("GET", `projects/${projectId}/training-runs?${page(cursor)}`);

export const startTraining = (projectId: number): Promise<TrainingRun> =>
  send("POST", `projects/${projectId}/training-runs`, {});

export const trainingRun = (runId: number): Promise<TrainingRunDetail> => send("GET", `training-runs/${runId}`);

export const cancelTraining = (runId: number): Promise<TrainingRun> => send("POST", `training-runs/${runId}/cancel`);

export const trainingPlan = (projectId: number): Promise<TrainingPlan> =>
  send("GET", `projects/${projectId}/training-plan`);

export const trainingRules = (projectId: number): Promise<TrainingRules> =>
  send("GET", `projects/${projectId}/training-rules`);

export const changeTrainingRules = (projectId: number, body: Partial<TrainingRules>): Promise<TrainingRules> =>
  send("PATCH", `projects/${projectId}/training-rules`, body);

export const learningCurve = (projectId: number): Promise<LearningCurve> =>
  unwrap(client.GET("/api/projects/{project_id}/learning-curve", { params: inProject(projectId) }));
