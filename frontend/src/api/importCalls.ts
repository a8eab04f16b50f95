/** Requests about imports: files of other projects and programs. */
import type { ExportFormat } from "./calls";
import { client, unwrap } from "./client";
import type { components } from "./openapi";
import type { Page } from "./types";

type Schemas = components["schemas"];

export type Import = Schemas["Import"];
/** What an admin chooses; nothing is left to the server. */
export type ImportStart = Required<Schemas["ImportStart"]>;
/** Every export's format is read as well. */
export type ImportFormat = ExportFormat;

export const imports = (projectId: number, cursor: string | null): Promise<Page<Import>> => {
  const query = cursor === null ? {} : { cursor };
  return unwrap(client.GET("/api/projects/{project_id}/imports", { params: { path: { project_id: projectId }, query } }));
};

const ofImport = (importId: number) => ({ params: { path: { import_id: importId } } });

export const startImport = (importId: number, body: ImportStart): Promise<Import> =>
  unwrap(client.POST("/api/imports/{import_id}/start", { ...ofImport(importId), body }));

export const cancelImport = (importId: number): Promise<Import> =>
  unwrap(client.POST("/api/imports/{import_id}/cancel", ofImport(importId)));
