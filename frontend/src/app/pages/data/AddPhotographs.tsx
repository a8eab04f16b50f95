import { NativeSelect } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { Project } from "../../../api/types";
import { addDataset, useOwnDatasets } from "../../data/ownDatasets";
import { t } from "../../i18n";
import { ErrorNote, Loading } from "../../ui/Notes";
import { DropZone } from "../../uploads/DropZone";
import { uploadsOf } from "../../uploads/uploads";
import classes from "./data.module.css";

/** Files go to the chosen data set; where this person has none in the project, one is made first. */
function useUpload(project: Project, chosen: number | undefined) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: async (files: readonly File[]) => {
      if (chosen !== undefined) return { datasetId: chosen, files };
      const { id } = await addDataset(project, cache);
      return { datasetId: id, files };
    },
    onSuccess: ({ datasetId, files }) => uploadsOf(datasetId).add(files),
  });
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
