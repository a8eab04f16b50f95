import { Button } from "@mantine/core";
import { useId, useRef, useState, type DragEvent } from "react";

import { t } from "../i18n";
import { Icon } from "../ui/icons";
import { filesOfDrop } from "./drop";
import classes from "./uploads.module.css";

interface Props {
  onFiles: (files: File[]) => void;
  compact?: boolean;
}

/** A place to drop photographs and folders; the button in it does the same by keyboard. */
export function DropZone({ onFiles, compact = false }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const hintId = useId();
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void filesOfDrop(event.dataTransfer).then((files) => (files.length > 0 ? onFiles(files) : undefined));
  };
  return (
    <div
      className={classes.drop}
      data-over={over}
      data-compact={compact}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Icon name="upload" size={compact ? 1.25 : 1.5} />
      <div className={classes.dropText}>
        <strong>{t("upload.drop")}</strong>
        <span id={hintId}>{t("upload.formats")}</span>
      </div>
      <Button variant="default" aria-describedby={hintId} onClick={() => input.current?.click()}>
        {t("upload.choose")}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        accept="image/*,.tif,.tiff"
        hidden
        aria-hidden="true"
        tabIndex={-1}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          // Cleared, so that choosing the same file again is noticed.
          event.currentTarget.value = "";
          if (files.length > 0) onFiles(files);
        }}
      />
    </div>
  );
}
