import { Button, FileButton } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { cancelPrelabelling, prelabellings, type Prelabelling } from "../../../../api/draftCalls";
import { modelKeys } from "../../../data/modelQueries";
import { t, tn } from "../../../i18n";
import { Icon } from "../../../ui/icons";
import { ErrorNote } from "../../../ui/Notes";
import { Panel } from "../../../ui/Page";
import { ShareBar } from "../../../ui/ProgressBar";
import { sendForm } from "../../../uploads/send";
import { useModels } from "../modelsContext";
import classes from "../models.module.css";

const isActive = ({ state }: Prelabelling): boolean => state === "queued" || state === "running";

function wordsOf(row: Prelabelling): string {
  if (row.state === "failed") return row.error?.message ?? "";
  if (row.state !== "ready") return t(`prelabels.${row.state}`);
  return t("prelabels.ready", { drafts: tn("prelabels.drafts", row.draft_count), images: tn("models.images", row.image_count) });
}

function LeftOut({ row }: { row: Prelabelling }) {
  if (row.left_out_count === 0) return null;
  const more = row.left_out_count - row.left_out.length;
  return (
    <details className={classes.fold}>
      <summary>{tn("prelabels.leftOut", row.left_out_count)}</summary>
      <ul className={classes.objections}>
        {row.left_out.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
        {more > 0 ? <li>{t("prelabels.leftOutMore", { count: more })}</li> : null}
      </ul>
    </details>
  );
}

function Row({ row, onCancel }: { row: Prelabelling; onCancel: () => void }) {
  return (
    <li className={classes.prelabelling}>
      <div className={classes.line}>
        <strong>{row.file_name}</strong>
        <span className={row.state === "failed" ? classes.failed : classes.quiet}>{wordsOf(row)}</span>
        {isActive(row) ? (
          <Button size="compact-xs" variant="default" onClick={onCancel}>
            {t("prelabels.cancel")}
          </Button>
        ) : null}
      </div>
      {isActive(row) ? <ShareBar share={row.progress} label={wordsOf(row)} /> : null}
      <LeftOut row={row} />
    </li>
  );
}

function useUpload(projectId: number) {
  const cache = useQueryClient();
  const [share, setShare] = useState(0);
  const changed = (): Promise<void> => cache.invalidateQueries({ queryKey: modelKeys.prelabels(projectId) });
  const upload = useMutation({
    mutationFn: (file: File) => {
      const form = new FormData();
      form.append("file", file, file.name);
      const watch = { onProgress: (bytes: number) => setShare(Math.min(1, bytes / Math.max(1, file.size))) };
      return sendForm<Prelabelling>(`/api/projects/${projectId}/prelabels`, form, watch);
    },
    onSettled: changed,
  });
  const cancel = useMutation({ mutationFn: cancelPrelabelling, onSettled: changed });
  return { upload, cancel, share };
}

/** A detector's file becomes drafts, which wait in the tasks. */
export function PrelabelsPanel() {
  const { project } = useModels();
  const { data = [] } = useQuery({
    queryKey: modelKeys.prelabels(project.id),
    queryFn: () => prelabellings(project.id),
  });
  const { upload, cancel, share } = useUpload(project.id);
  const choose = (file: File | null): void => {
    if (file !== null) upload.mutate(file);
  };
  return (
    <Panel title={t("prelabels.title")}>
      <div className={classes.stack}>
        <p className={classes.quiet}>{t("prelabels.what")}</p>
        <FileButton accept="application/json,.json" onChange={choose}>
          {(props) => (
            <Button {...props} variant="default" size="xs" leftSection={<Icon name="upload" size={1} />} loading={upload.isPending}>
              {t("prelabels.choose")}
            </Button>
          )}
        </FileButton>
        {upload.isPending ? <ShareBar share={share} label={t("prelabels.sending", { name: upload.variables.name })} /> : null}
        {upload.error === null ? null : <ErrorNote error={upload.error} />}
        {cancel.error === null ? null : <ErrorNote error={cancel.error} />}
        {data.length === 0 ? null : (
          <ul className={classes.plain}>
            {data.map((row) => (
              <Row key={row.id} row={row} onCancel={() => cancel.mutate(row.id)} />
            ))}
          </ul>
        )}
      </div>
    </Panel>
  );
}
