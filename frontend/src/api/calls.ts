/** One function for each request the pages make; each gives the body or throws an `ApiError`. */
import { client, unwrap } from "./client";
import type {
  Dataset,
  Export,
  ExportOptions,
  ExportPreview,
  Label,
  LabelInput,
  Me,
  Member,
  Page,
  Project,
  Role,
  Task,
  TaskDetail,
  TaskState,
} from "./types";

export type TaskFilter = TaskState | "in_progress";

/** What a list of tasks can be narrowed to: a state, those that ask an admin to look, or those never trained on. */
export type ListFilter = TaskFilter | "flagged" | "held_out";

const PAGE_SIZE = 60;

const inProject = (projectId: number) => ({ path: { project_id: projectId } });
const page = (cursor: string | null, limit = PAGE_SIZE) => (cursor === null ? { limit } : { cursor, limit });

export const me = (): Promise<Me> => unwrap(client.GET("/api/auth/me"));

export const signIn = (username: string, password: string): Promise<Me> =>
  unwrap(client.POST("/api/auth/login", { body: { username, password } }));

export async function signOut(): Promise<void> {
  await unwrap(client.POST("/api/auth/logout"));
}

export const datasets = (cursor: string | null): Promise<Page<Dataset>> =>
  unwrap(client.GET("/api/datasets", { params: { query: page(cursor) } }));

export const dataset = (datasetId: number): Promise<Dataset> =>
  unwrap(client.GET("/api/datasets/{dataset_id}", { params: { path: { dataset_id: datasetId } } }));

export const createDataset = (name: string): Promise<Dataset> =>
  unwrap(client.POST("/api/datasets", { body: { name } }));

export const projects = (cursor: string | null): Promise<Page<Project>> =>
  unwrap(client.GET("/api/projects", { params: { query: page(cursor) } }));

export const project = (projectId: number): Promise<Project> =>
  unwrap(client.GET("/api/projects/{project_id}", { params: inProject(projectId) }));

export const createProject = (body: {
  name: string;
  dataset_ids: number[];
  labels: LabelInput[];
}): Promise<Project> => unwrap(client.POST("/api/projects", { body }));

export const changeProject = (
  projectId: number,
  body: { name?: string; guide?: string; dataset_ids?: number[] } & Partial<Pick<Project, "task_order" | "random_share">>,
): Promise<Project> => unwrap(client.PATCH("/api/projects/{project_id}", { params: inProject(projectId), body }));

export const createLabel = (projectId: number, body: LabelInput): Promise<Label> =>
  unwrap(client.POST("/api/projects/{project_id}/labels", { params: inProject(projectId), body }));

export const changeLabel = (labelId: number, body: Partial<LabelInput>): Promise<Label> =>
  unwrap(client.PATCH("/api/labels/{label_id}", { params: { path: { label_id: labelId } }, body }));

export async function deleteLabel(labelId: number): Promise<void> {
  await unwrap(client.DELETE("/api/labels/{label_id}", { params: { path: { label_id: labelId } } }));
}

export const members = (projectId: number): Promise<Page<Member>> =>
  unwrap(client.GET("/api/projects/{project_id}/members", { params: inProject(projectId) }));

export const setMember = (projectId: number, username: string, role: Role): Promise<Member> =>
  unwrap(client.POST("/api/projects/{project_id}/members", { params: inProject(projectId), body: { username, role } }));

export async function removeMember(projectId: number, userId: number): Promise<void> {
  const params = { path: { project_id: projectId, user_id: userId } };
  await unwrap(client.DELETE("/api/projects/{project_id}/members/{user_id}", { params }));
}

function narrowed(filter: ListFilter | undefined): { flagged?: true; held_out?: true; state?: TaskFilter } {
  if (filter === undefined) return {};
  if (filter === "flagged") return { flagged: true };
  return filter === "held_out" ? { held_out: true } : { state: filter };
}

export const tasks = (
  projectId: number,
  filter: ListFilter | undefined,
  cursor: string | null,
  limit?: number,
): Promise<Page<Task>> => {
  const query = { ...page(cursor, limit), ...narrowed(filter) };
  return unwrap(client.GET("/api/projects/{project_id}/tasks", { params: { ...inProject(projectId), query } }));
};

export const reviewQueue = (projectId: number, cursor: string | null): Promise<Page<Task> & { count: number }> => {
  const params = { ...inProject(projectId), query: page(cursor) };
  return unwrap(client.GET("/api/projects/{project_id}/review-queue", { params }));
};

export const nextTask = (projectId: number, purpose: "annotate" | "review"): Promise<TaskDetail> =>
  unwrap(client.GET("/api/projects/{project_id}/tasks/next", { params: { ...inProject(projectId), query: { purpose } } }));

export const exports = (projectId: number, cursor: string | null): Promise<Page<Export>> =>
  unwrap(client.GET("/api/projects/{project_id}/exports", { params: { ...inProject(projectId), query: page(cursor) } }));

/** What accepted work can leave as, the first one by default. */
export const EXPORT_FORMATS = [
  "coco",
  "coco_polygons",
  "coco_panoptic",
  "png_semantic",
  "png_masks",
  "voc",
  "cityscapes",
  "yolo",
  "labelme",
  "datumaro",
  "instance_maps",
  "davis",
  "ade",
  "webdataset",
  "parquet",
] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOrder {
  format: ExportFormat;
  options: ExportOptions;
  /** The snapshot of an earlier export; null freezes what is there. */
  snapshot_id: number | null;
}

export const createExport = (projectId: number, body: ExportOrder): Promise<Export> =>
  unwrap(client.POST("/api/projects/{project_id}/exports", { params: inProject(projectId), body }));

/** What an export with these options would hold if it were made now. */
export const previewExport = (projectId: number, options: ExportOptions): Promise<ExportPreview> =>
  unwrap(client.POST("/api/projects/{project_id}/exports/preview", { params: inProject(projectId), body: { options } }));

export const cancelExport = (exportId: number): Promise<Export> =>
  unwrap(client.POST("/api/exports/{export_id}/cancel", { params: { path: { export_id: exportId } } }));
