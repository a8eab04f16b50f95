/** Requests about pre-labels: detectors' files, and drafts. */
import { client, unwrap } from "./client";
import type { components } from "./openapi";

type Schemas = components["schemas"];

export type Draft = Schemas["Draft"];
export type Prelabelling = Schemas["Prelabelling"];

export const taskDrafts = async (taskId: number): Promise<readonly Draft[]> =>
  (await unwrap(client.GET("/api/tasks/{task_id}/drafts", { params: { path: { task_id: taskId } } }))).results;

const ofDraft = (draftId: number) => ({ params: { path: { draft_id: draftId } } });

export const dismissDraft = (draftId: number): Promise<unknown> =>
  unwrap(client.POST("/api/drafts/{draft_id}/dismiss", ofDraft(draftId)));

export const restoreDraft = (draftId: number): Promise<unknown> =>
  unwrap(client.POST("/api/drafts/{draft_id}/restore", ofDraft(draftId)));

export const prelabellings = async (projectId: number): Promise<readonly Prelabelling[]> => {
  const params = { path: { project_id: projectId }, query: { limit: 5 } };
  return (await unwrap(client.GET("/api/projects/{project_id}/prelabels", { params }))).results;
};

export const cancelPrelabelling = (id: number): Promise<Prelabelling> =>
  unwrap(client.POST("/api/prelabels/{prelabelling_id}/cancel", { params: { path: { prelabelling_id: id } } }));
