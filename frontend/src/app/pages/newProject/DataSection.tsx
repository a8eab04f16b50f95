import { Button, Checkbox, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";

import { formatBytes } from "../../data/format";
import { datasetsQuery } from "../../data/queries";
import { t, tn } from "../../i18n";
import { MorePages } from "../../ui/MorePages";
import { ErrorNote } from "../../ui/Notes";
import { DropZone } from "../../uploads/DropZone";
import classes from "./newProject.module.css";

interface ChosenProps {
  files: readonly File[];
  datasetName: string;
  namePlaceholder: string;
  nameError: string | null;
  onName: (name: string) => void;
  onClear: () => void;
}

/** What will be uploaded, and the name of the data set that will hold it. */
function ChosenFiles({ files, datasetName, namePlaceholder, nameError, onName, onClear }: ChosenProps) {
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  return (
    <div className={classes.chosen}>
      <div className={classes.chosenHead}>
        <p role="status">
          <strong>{tn("new.photographs", files.length)}</strong> <span>{formatBytes(bytes)}</span>
        </p>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onClear}>
          {t("new.removeFiles")}
        </Button>
      </div>
      <TextInput
        label={t("new.datasetName")}
        description={t("new.datasetWhy")}
        placeholder={namePlaceholder}
        maxLength={200}
        value={datasetName}
        error={nameError}
        onChange={(event) => onName(event.currentTarget.value)}
      />
    </div>
  );
}

function ExistingData({ chosen, onChange }: { chosen: readonly number[]; onChange: (ids: number[]) => void }) {
  const list = useInfiniteQuery(datasetsQuery);
  if (list.data === undefined) {
    return list.error === null ? null : <ErrorNote error={list.error} onRetry={() => void list.refetch()} />;
  }
  const datasets = list.data.pages.flatMap((page) => page.results);
  if (datasets.length === 0) return null;
  return (
    <fieldset className={classes.existing}>
      <legend>{t("new.existing")}</legend>
      <Checkbox.Group value={chosen.map(String)} onChange={(values) => onChange(values.map(Number))}>
        {datasets.map((dataset) => (
          <Checkbox
            key={dataset.id}
            value={String(dataset.id)}
            label={dataset.name}
            description={tn("projects.photographs", dataset.image_count)}
          />
        ))}
      </Checkbox.Group>
      <MorePages list={list} />
    </fieldset>
  );
}

export interface DataDraft {
  files: readonly File[];
  datasetName: string;
  datasetIds: readonly number[];
}

interface Props {
  draft: DataDraft;
  projectName: string;
  nameError: string | null;
  onChange: (change: Partial<DataDraft>) => void;
}

export function DataSection({ draft, projectName, nameError, onChange }: Props) {
  return (
    <>
      <DropZone
        compact={draft.files.length > 0}
        onFiles={(files) => onChange({ files: [...draft.files, ...files] })}
      />
      {draft.files.length === 0 ? null : (
        <ChosenFiles
          files={draft.files}
          datasetName={draft.datasetName}
          namePlaceholder={projectName.trim() || t("new.datasetPlaceholder")}
          nameError={nameError}
          onName={(datasetName) => onChange({ datasetName })}
          onClear={() => onChange({ files: [], datasetName: "" })}
        />
      )}
      <ExistingData chosen={draft.datasetIds} onChange={(datasetIds) => onChange({ datasetIds })} />
    </>
  );
}
