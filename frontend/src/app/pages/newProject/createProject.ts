import * as api from "../../../api/calls";
import type { Dataset, LabelInput, Project } from "../../../api/types";

export interface ProjectDraft {
  name: string;
  datasetIds: readonly number[];
  /** Used when there are photographs to upload; the project's name when empty. */
  datasetName: string;
  hasFiles: boolean;
  labels: readonly LabelInput[];
}

export interface Created {
  project: Project;
  /** The data set the photographs go to, or null when there are none. */
  uploadTo: Dataset | null;
}

/** A data set made by an earlier try, so that a second press makes no second one. */
export interface Earlier {
  dataset: Dataset | null;
}

export async function createFromDraft(draft: ProjectDraft, earlier: Earlier): Promise<Created> {
  const name = draft.name.trim();
  if (draft.hasFiles) earlier.dataset ??= await api.createDataset(draft.datasetName.trim() || name);
  const uploadTo = draft.hasFiles ? earlier.dataset : null;
  const datasetIds = uploadTo === null ? draft.datasetIds : [...draft.datasetIds, uploadTo.id];
  const project = await api.createProject({ name, dataset_ids: [...datasetIds], labels: [...draft.labels] });
  return { project, uploadTo };
}
