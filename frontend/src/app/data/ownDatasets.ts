import { useQueries, type QueryClient } from "@tanstack/react-query";

import * as api from "../../api/calls";
import { isApiError } from "../../api/errors";
import type { Dataset, Project } from "../../api/types";
import { datasetQuery, keys } from "./queries";

const NAME_TRIES = 20;

/** The project's data sets that this person may add to: one's own, and all of them for staff. */
export function useOwnDatasets({ dataset_ids: ids }: Project) {
  const found = useQueries({ queries: ids.map((id) => datasetQuery(id)) });
  return { datasets: found.flatMap(({ data }) => data ?? []), pending: found.some((query) => query.isPending) };
}

/** Gives the project one more data set, called like itself; a number follows when the name is taken. */
export async function addDataset(project: Project, cache: QueryClient): Promise<Dataset> {
  const dataset = await createDatasetFor(project);
  const changed = await api.changeProject(project.id, { dataset_ids: [...project.dataset_ids, dataset.id] });
  cache.setQueryData(keys.project(project.id), changed);
  return dataset;
}

async function createDatasetFor(project: Project): Promise<Dataset> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await api.createDataset(attempt === 1 ? project.name : `${project.name} ${attempt}`);
    } catch (error) {
      if (!isApiError(error, "name_taken") || attempt >= NAME_TRIES) throw error;
    }
  }
}
