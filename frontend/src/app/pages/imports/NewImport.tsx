import { NativeSelect } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { EXPORT_FORMATS } from "../../../api/calls";
import type { Import, ImportFormat } from "../../../api/importCalls";
import { keys } from "../../data/queries";
import { t } from "../../i18n";
import { ErrorNote } from "../../ui/Notes";
import { Panel } from "../../ui/Page";
import { ShareBar } from "../../ui/ProgressBar";
import { DropZone } from "../../uploads/DropZone";
import { sendForm } from "../../uploads/send";
import classes from "./imports.module.css";

const WANTED = {
  title: t("imports.drop"),
  hint: t("imports.formats"),
  choose: t("imports.choose"),
  accept: ".zip,.json,application/zip,application/json",
  multiple: false,
};

function useUpload(projectId: number, format: ImportFormat | "") {
  const cache = useQueryClient();
  const [share, setShare] = useState(0);
  const upload = useMutation({
    mutationFn: (file: File) => {
      const form = new FormData();
      if (format !== "") form.append("format", format);
      form.append("file", file, file.name);
      const watch = { onProgress: (bytes: number) => setShare(Math.min(1, bytes / Math.max(1, file.size))) };
      return sendForm<Import>(`/api/projects/${projectId}/imports`, form, watch);
    },
    onMutate: () => setShare(0),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.imports(projectId) }),
  });
  return { upload, share };
}

/** Takes a file in. It is checked by a worker, and written only when somebody says so. */
export function NewImport({ projectId }: { projectId: number }) {
  const [format, choose] = useState<ImportFormat | "">("");
  const { upload, share } = useUpload(projectId, format);
  const take = ([file]: File[]): void => {
    if (file !== undefined && !upload.isPending) upload.mutate(file);
  };
  return (
    <Panel title={t("imports.new")}>
      <div className={classes.new}>
        <DropZone compact wanted={WANTED} onFiles={take} />
        <NativeSelect
          label={t("imports.format")}
          value={format}
          data={[
            { value: "", label: t("imports.format.found") },
            ...EXPORT_FORMATS.map((value) => ({ value, label: t(`exports.format.${value}`) })),
          ]}
          onChange={(event) => choose(event.currentTarget.value as ImportFormat | "")}
        />
      </div>
      <p className={classes.quiet}>{t("imports.matched")}</p>
      {upload.isPending ? (
        <div className={classes.sending}>
          <ShareBar share={share} label={t("imports.sending", { name: upload.variables.name })} />
        </div>
      ) : null}
      {upload.error === null ? null : <ErrorNote error={upload.error} />}
    </Panel>
  );
}
