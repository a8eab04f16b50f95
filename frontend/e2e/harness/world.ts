import { inject } from "vitest";

import type { LabelInput, Project, Role, Task } from "../../src/api/types";
import { Api } from "./api";
import { photograph } from "./places";

export const LABELS: readonly LabelInput[] = [
  { name: "cup", color: "#009e73", kind: "thing" },
  { name: "person", color: "#d55e00", kind: "thing" },
  { name: "table", color: "#0072b2", kind: "stuff" },
];

export interface World {
  readonly admin: Api;
  readonly project: Project;
  /** By position. */
  readonly tasks: readonly Task[];
}

let number = 0;

/** A name that no other test of this or an earlier run has used. */
export function freshName(words: string): string {
  number += 1;
  return `${words} ${Date.now().toString(36)}-${number}`;
}

export const signIn = (username: string): Promise<Api> => Api.signIn(inject("stack").url, username);

/** A project of its own, made through REST: what a test is not about. */
export async function world(
  name: string,
  options: { photographs?: readonly string[]; members?: Readonly<Record<string, Role>>; labels?: readonly LabelInput[] } = {},
): Promise<World> {
  const { photographs = ["coffee.png"], members = {}, labels = LABELS } = options;
  const admin = await signIn("admin");
  const dataset = await admin.createDataset(freshName(name));
  if (photographs.length > 0) await admin.upload(dataset.id, photographs.map(photograph));
  const project = await admin.createProject({ name: freshName(name), dataset_ids: [dataset.id], labels: [...labels] });
  for (const [username, role] of Object.entries(members)) await admin.addMember(project.id, username, role);
  const { results: tasks } = await admin.tasks(project.id);
  return { admin, project: await admin.project(project.id), tasks };
}
