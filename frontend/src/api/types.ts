/** The names the application uses for the server's shapes: import them from here, not from the generated files. */
import type { PresenceChanged, PresentPerson, ProjectSocketEvent, TaskSocketEvent } from "./events";
import type { components } from "./openapi";

type Schemas = components["schemas"];

export type Annotation = Schemas["Annotation"];
export type Comment = Schemas["Comment"];
export type Click = Schemas["Click"];
export type Counts = Schemas["Counts"];
export type Dataset = Schemas["Dataset"];
export type Export = Schemas["Export"];
export type ExportOptions = Schemas["ExportOptions"];
export type ExportPreview = Schemas["ExportPreview"];
export type ExportState = Export["state"];
export type Image = Schemas["Image"];
export type Label = Schemas["Label"];
export type LabelKind = Label["kind"];
export type LabelInput = Pick<Label, "name" | "color" | "kind">;
export type Lease = Schemas["Lease"];
export type Mask = Schemas["Mask"];
export type Me = Schemas["Me"];
export type Member = Schemas["Member"];
export type Project = Schemas["Project"];
export type Proposal = Schemas["Proposal"];
export type Review = Schemas["Review"];
export type Role = Project["role"];
export type Task = Schemas["Task"];
export type TaskDetail = Schemas["TaskDetail"];
export type TaskState = Task["state"];
export type UploadedImage = Schemas["UploadedImage"];
export type UploadProblem = Schemas["FileError"];
export type UploadResult = Schemas["Upload"];
export type User = Schemas["User"];

/** Frames the server sends on `/ws/projects/{id}` and on `/ws/tasks/{id}`. */
export type ProjectEvent = ProjectSocketEvent;
export type TaskEvent = TaskSocketEvent;
export type Presence = PresenceChanged;
export type { PresentPerson };

/** A part of a list; `next` is the cursor of the part after it. */
export interface Page<Item> {
  results: Item[];
  next: string | null;
}
