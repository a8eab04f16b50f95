import { Button, Tabs, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type ClipboardEvent, type DragEvent } from "react";

import * as api from "../../../api/calls";
import type { Project } from "../../../api/types";
import { keys } from "../../data/queries";
import { Markdown } from "../../guide/Markdown";
import { usePictures } from "../../guide/usePictures";
import { t } from "../../i18n";
import { ErrorNote } from "../../ui/Notes";
import { GuidePictures } from "./GuidePictures";
import { insertBlock, pictureText } from "./insertText";
import { useAddPictures } from "./useAddPictures";
import classes from "./guideEditor.module.css";

/** Writing the guide: Markdown with pictures, and how it will look. */
export function GuideEditor({ project, onClose }: { project: Project; onClose: () => void }) {
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(project.guide);
  const save = useSave(project.id, onClose);
  const insert = (names: readonly string[]): void => {
    const block = names.map(pictureText).join("\n\n");
    const { selectionStart = text.length, selectionEnd = text.length } = area.current ?? {};
    setText((now) => insertBlock(now, selectionStart, selectionEnd, block).text);
    area.current?.focus();
  };
  const adding = useAddPictures(project.id, insert);
  return (
    <div className={classes.editor}>
      <Tabs defaultValue="write" keepMounted={false}>
        <Tabs.List aria-label={t("guide.tabs")}>
          <Tabs.Tab value="write">{t("guide.tab.write")}</Tabs.Tab>
          <Tabs.Tab value="preview">{t("guide.tab.preview")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="write" className={classes.panel}>
          <Writing area={area} text={text} onText={setText} onFiles={adding.add} />
          <GuidePictures projectId={project.id} text={text} adding={adding} onInsert={(name) => insert([name])} />
        </Tabs.Panel>
        <Tabs.Panel value="preview" className={classes.panel}>
          <Preview projectId={project.id} text={text} />
        </Tabs.Panel>
      </Tabs>
      {save.error === null ? null : <ErrorNote error={save.error} />}
      <div className={classes.buttons}>
        <Button loading={save.isPending} disabled={adding.count > 0} onClick={() => save.mutate(text.trim())}>
          {t("guide.save")}
        </Button>
        <Button variant="subtle" color="gray" onClick={onClose}>
          {t("action.cancel")}
        </Button>
      </div>
    </div>
  );
}

function useSave(projectId: number, onSaved: () => void) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (guide: string) => api.changeProject(projectId, { guide }),
    onSuccess: (changed) => {
      cache.setQueryData(keys.project(projectId), changed);
      onSaved();
    },
  });
}

function Preview({ projectId, text }: { projectId: number; text: string }) {
  const pictures = usePictures(projectId, text);
  if (text.trim() === "") return <p className={classes.quiet}>{t("guide.empty")}</p>;
  return <Markdown text={text} pictures={pictures} />;
}

interface WritingProps {
  area: React.RefObject<HTMLTextAreaElement | null>;
  text: string;
  onText: (text: string) => void;
  onFiles: (files: readonly File[]) => void;
}

/** The text; pictures that are dropped or pasted go to the place of the cursor. */
function Writing({ area, text, onText, onFiles }: WritingProps) {
  const [over, setOver] = useState(false);
  const carriesFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes("Files");
  const hover = (event: DragEvent): void => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent): void => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    setOver(false);
    onFiles([...event.dataTransfer.files]);
  };
  const paste = (event: ClipboardEvent): void => {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return;
    event.preventDefault();
    onFiles(files);
  };
  return (
    <div className={classes.writing} data-over={over} onDragOver={hover} onDragLeave={() => setOver(false)} onDrop={drop}>
      <Textarea
        ref={area}
        aria-label={t("guide.text")}
        description={<>{t("guide.why")} {t("guide.how")}</>}
        autosize
        autoFocus
        minRows={8}
        maxRows={24}
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
        onPaste={paste}
      />
      {over ? <div className={classes.over}>{t("guide.drop")}</div> : null}
    </div>
  );
}
