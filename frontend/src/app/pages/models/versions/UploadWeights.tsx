import { Button, FileInput, Modal, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type SyntheticEvent } from "react";

import { fieldErrors } from "../../../../api/errors";
import { modelKeys } from "../../../data/modelQueries";
import { t } from "../../../i18n";
import { Icon } from "../../../ui/icons";
import { ErrorNote } from "../../../ui/Notes";
import { ShareBar } from "../../../ui/ProgressBar";
import { showToast } from "../../../ui/toasts";
import { useModels } from "../modelsContext";
import { sendWeights } from "./sendWeights";
import classes from "../models.module.css";

const LONGEST_NAME = 100;
const ACCEPTED = ".safetensors,.pth";

function useUpload(onDone: () => void) {
  const { project } = useModels();
  const cache = useQueryClient();
  const [share, setShare] = useState(0);
  const upload = useMutation({
    mutationFn: ({ file, name }: { file: File; name: string }) => sendWeights(project.id, file, name, setShare),
    onSuccess: () => {
      showToast(t("models.uploadDone"));
      void cache.invalidateQueries({ queryKey: modelKeys.list(project.id) });
      onDone();
    },
  });
  return { upload, share };
}

function nameOf(file: File): string {
  return file.name.replace(/\.\w+$/, "").slice(0, LONGEST_NAME);
}

function UploadForm({ onDone }: { onDone: () => void }) {
  const [file, setFile] = useState<File | null>(null);
  const [name, setName] = useState("");
  const { upload, share } = useUpload(onDone);
  const fields = fieldErrors(upload.error);
  const ready = file !== null && name.trim() !== "";
  const choose = (chosen: File | null): void => {
    setFile(chosen);
    if (chosen !== null && name.trim() === "") setName(nameOf(chosen));
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (ready) upload.mutate({ file, name: name.trim() });
  };
  return (
    <form className={classes.stack} onSubmit={submit}>
      <p>{t("models.uploadWhat")}</p>
      <FileInput
        label={t("models.uploadFile")}
        placeholder={t("models.uploadChoose")}
        accept={ACCEPTED}
        value={file}
        error={fields["file"]}
        onChange={choose}
      />
      <TextInput
        label={t("models.uploadName")}
        maxLength={LONGEST_NAME}
        value={name}
        error={fields["name"]}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {upload.isPending ? <ShareBar share={share} label={t("models.uploadSending", { name })} /> : null}
      {upload.error === null || "name" in fields || "file" in fields ? null : <ErrorNote error={upload.error} />}
      <Button type="submit" className={classes.end} loading={upload.isPending} disabled={!ready}>
        {t("models.uploadSend")}
      </Button>
    </form>
  );
}

/** Weights from outside become a version, which a worker checks before it can serve. */
export function UploadWeights() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" size="xs" leftSection={<Icon name="upload" size={1} />} onClick={() => setOpen(true)}>
        {t("models.upload")}
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title={t("models.upload")} size="32rem">
        <UploadForm onDone={() => setOpen(false)} />
      </Modal>
    </>
  );
}
