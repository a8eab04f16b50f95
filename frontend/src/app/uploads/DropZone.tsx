import { Button } from "@mantine/core";
import { useId, useRef, useState, type ChangeEvent, type DragEvent } from "react";

import { t } from "../i18n";
import { Icon } from "../ui/icons";
import { showToast } from "../ui/toasts";
import { filesOfDrop } from "./drop";
import classes from "./uploads.module.css";

interface Wanted {
  title: string;
  hint: string;
  choose: string;
  /** As an input's `accept`. */
  accept: string;
  multiple: boolean;
}

interface Props {
  onFiles: (files: File[]) => void;
  compact?: boolean;
  wanted?: Wanted;
}

const PHOTOGRAPHS: Wanted = {
  title: t("upload.drop"),
  hint: t("upload.formats"),
  choose: t("upload.choose"),
  accept: "image/*,.tif,.tiff",
  multiple: true,
};

interface ChooseProps {
  onFiles: (files: File[]) => void;
  describedBy: string;
  wanted: Wanted;
}

function ChooseFiles({ onFiles, describedBy, wanted }: ChooseProps) {
  const input = useRef<HTMLInputElement>(null);
  const take = (event: ChangeEvent<HTMLInputElement>): void => {
    const files = [...(event.currentTarget.files ?? [])];
    // Cleared, so that choosing the same file again is noticed.
    event.currentTarget.value = "";
    if (files.length > 0) onFiles(files);
  };
  return (
    <>
      <Button variant="default" aria-describedby={describedBy} onClick={() => input.current?.click()}>
        {wanted.choose}
      </Button>
      <input ref={input} type="file" multiple={wanted.multiple} accept={wanted.accept} hidden onChange={take} />
    </>
  );
}

/** A place to drop files and folders, photographs by default; the button in it does the same by keyboard. */
export function DropZone({ onFiles, compact = false, wanted = PHOTOGRAPHS }: Props) {
  const [over, setOver] = useState(false);
  const hintId = useId();
  const hover = (event: DragEvent): void => {
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const unreadable = (): void => showToast(t("upload.unreadable"), { tone: "error" });
    filesOfDrop(event.dataTransfer).then((files) => (files.length > 0 ? onFiles(files) : undefined), unreadable);
  };
  return (
    <div
      className={classes.drop}
      data-over={over}
      data-compact={compact}
      onDragOver={hover}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Icon name="upload" size={compact ? 1.25 : 1.5} />
      <div className={classes.dropText}>
        <strong>{wanted.title}</strong>
        <span id={hintId}>{wanted.hint}</span>
      </div>
      <ChooseFiles onFiles={onFiles} describedBy={hintId} wanted={wanted} />
    </div>
  );
}
