/** Requests about one task beside its objects, about the guide's pictures, and about one's day. */
import { client, unwrap } from "./client";
import type { components } from "./openapi";
import type { Task } from "./types";

type Schemas = components["schemas"];

export type GuidePicture = Schemas["GuidePicture"];
export type GuideUpload = Schemas["GuideUpload"];
export type MarkReason = Schemas["MarkCreate"]["reason"];
export type MyDay = Schemas["MyDay"];
export type TilesState = Schemas["TilesState"]["state"];

/** Why a task is flagged, or skipped. */
export interface MarkInput {
  readonly reason: MarkReason;
  readonly text: string;
}

export interface SkipInput extends MarkInput {
  /** An admin is asked to look at it, for the same reason. */
  readonly flag: boolean;
}

const TIMEOUT_MS = 15_000;

const ofTask = (taskId: number) => ({ params: { path: { task_id: taskId } }, signal: AbortSignal.timeout(TIMEOUT_MS) });
const inProject = (projectId: number) => ({ path: { project_id: projectId } });

export const skipTask = (taskId: number, body: SkipInput): Promise<Task> =>
  unwrap(client.POST("/api/tasks/{task_id}/skip", { ...ofTask(taskId), body }));

export const unskipTask = (taskId: number): Promise<Task> =>
  unwrap(client.POST("/api/tasks/{task_id}/unskip", ofTask(taskId)));

export const flagTask = (taskId: number, body: MarkInput): Promise<Task> =>
  unwrap(client.POST("/api/tasks/{task_id}/flag", { ...ofTask(taskId), body: { ...body } }));

export const unflagTask = (taskId: number): Promise<Task> =>
  unwrap(client.POST("/api/tasks/{task_id}/unflag", ofTask(taskId)));

/** `tz`: minutes east of UTC where this person is. */
export const myDay = (projectId: number, tz: number): Promise<MyDay> =>
  unwrap(client.GET("/api/projects/{project_id}/my-day", { params: { ...inProject(projectId), query: { tz } } }));

export const tilesState = async (imageId: number): Promise<TilesState> => {
  const params = { path: { image_id: imageId } };
  return (await unwrap(client.GET("/api/images/{image_id}/tiles", { params }))).state;
};

export const guidePictures = async (projectId: number): Promise<readonly GuidePicture[]> => {
  const params = inProject(projectId);
  return (await unwrap(client.GET("/api/projects/{project_id}/guide/pictures", { params }))).results;
};

/** Pictures that cannot be used come back among the `errors`. */
export const addGuidePictures = (projectId: number, files: readonly File[]): Promise<GuideUpload> => {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  const call = client.POST("/api/projects/{project_id}/guide/pictures", {
    params: inProject(projectId),
    // The description of a form knows names; what is sent is the form itself.
    body: {} as never,
    bodySerializer: () => form,
  });
  return unwrap(call);
};

export async function removeGuidePicture(projectId: number, name: string): Promise<void> {
  const params = { path: { project_id: projectId, name } };
  await unwrap(client.DELETE("/api/projects/{project_id}/guide/pictures/{name}", { params }));
}
