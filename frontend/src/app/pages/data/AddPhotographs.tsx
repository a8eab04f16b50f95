import { NativeSelect } from "@mantine/core";
import { useMutation, useQueries, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import * as api from "../../../api/calls";
import { isApiError } from "../../../api/errors";
import type { Dataset, Project } from "../../../api/types";
import { datasetQuery, keys } from "../../data/queries";
import { t } from "../../i18n";
import { ErrorNote, Loading } from "../../ui/Notes";
import { DropZone } from "../../uploads/DropZone";
import { uploadsOf } from "../../uploads/uploads";
import classes from "./data.module.css";

const NAME_TRIES = 20;

/** A data set named like the project; a number follows when the name is taken. */
async function createDatasetFor(project: Project): Promise<Dataset> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await api.createDataset(attempt === 1 ? project.name : `${project.name} ${attempt}`);
    } catch (error) {
      if (!isApiError(error, "name_taken") || attempt >= NAME_TRIES) throw error;
    }
  }
}

/** Files go to the chosen data set; where this person has none in the project, one is made first. */
function useUpload(project: Project, chosen: number | undefined) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (files: readonly File[]) => {
      if (chosen !== undefined) return { datasetId: chosen, files };
      const dataset = await createDatasetFor(project);
      const changed = await api.changeProject(project.id, { dataset_ids: [...project.dataset_ids, dataset.id] });
      cache.setQueryData(keys.project(project.id), changed);
      return { datasetId: dataset.id, files };
    },
    onSuccess: ({ datasetId, files }) => uploadsOf(datasetId).add(files),
  });
}

/** The project's data sets that this person may add to: one's own, and all of them for staff. */
function useOwnDatasets({ dataset_ids: ids }: Project) {
  const found = useQueries({ queries: ids.map((id) => datasetQuery(id)) });
  return { datasets: found.flatMap(({ data }) => data ?? []), pending: found.some((query) => query.isPending) };
}

export function AddPhotographs({ project }: { project: Project }) {
  const [picked, setPicked] = useState<number | null>(null);
  const { datasets, pending } = useOwnDatasets(project);
  const chosen = picked ?? datasets[0]?.id;
  const upload = useUpload(project, chosen);
  if (pending) return <Loading />;
  return (
    <div className={classes.add}>
      {datasets.length < 2 ? null : (
        <NativeSelect
          label={t("data.addTo")}
          className={classes.addTo}
          value={String(chosen)}
          data={datasets.map(({ id, name }) => ({ value: String(id), label: name }))}
          onChange={(event) => setPicked(Number(event.currentTarget.value))}
        />
      )}
      <DropZone compact={project.counts.total > 0} onFiles={(files) => upload.mutate(files)} />
      {upload.error === null ? null : (
        <ErrorNote error={upload.error} onRetry={() => upload.mutate(upload.variables ?? [])} />
      )}
    </div>
  );
}
