import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, type ChangeEvent } from "react";

import { removeGuidePicture, type GuidePicture } from "../../../api/taskCalls";
import { describeError } from "../../data/describeError";
import { guidePicturesKey, guidePicturesQuery } from "../../guide/usePictures";
import { t, tn } from "../../i18n";
import { Icon } from "../../ui/icons";
import { showToast } from "../../ui/toasts";
import { shows } from "./insertText";
import type { AddingPictures } from "./useAddPictures";
import classes from "./guideEditor.module.css";

interface Props {
  projectId: number;
  /** As it is written now: a picture that it shows cannot be removed. */
  text: string;
  adding: AddingPictures;
  onInsert: (name: string) => void;
}

/** The guide's pictures: add, put into the text, remove. */
export function GuidePictures({ projectId, text, adding, onInsert }: Props) {
  const { data: pictures = [] } = useQuery(guidePicturesQuery(projectId));
  return (
    <div className={classes.pictures}>
      <AddPictures onFiles={adding.add} />
      <span role="status" className={classes.quiet}>
        {adding.count > 0 ? tn("guide.uploading", adding.count) : ""}
      </span>
      {adding.problems.map((problem) => (
        <p key={problem} role="alert" className={classes.problem}>
          {problem}
        </p>
      ))}
      {pictures.length === 0 ? null : (
        <ul aria-label={t("guide.pictures")} className={classes.list}>
          {pictures.map((picture) => (
            <Row key={picture.name} projectId={projectId} picture={picture} used={shows(text, picture.name)} onInsert={onInsert} />
          ))}
        </ul>
      )}
    </div>
  );
}

interface RowProps {
  projectId: number;
  picture: GuidePicture;
  used: boolean;
  onInsert: (name: string) => void;
}

function Row({ projectId, picture: { name, url }, used, onInsert }: RowProps) {
  const cache = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeGuidePicture(projectId, name),
    onSuccess: () => {
      showToast(t("guide.pictureRemoved", { name }));
      return cache.invalidateQueries({ queryKey: guidePicturesKey(projectId) });
    },
    onError: (error) => showToast(describeError(error), { tone: "error" }),
  });
  const removeLabel = used ? t("guide.stillUsed", { name }) : t("guide.removePicture", { name });
  return (
    <li>
      <button type="button" className={classes.picture} aria-label={t("guide.insert", { name })} title={t("guide.insert", { name })} onClick={() => onInsert(name)}>
        <img src={url} alt="" loading="lazy" />
        <span>{name}</span>
      </button>
      <button
        type="button"
        className={classes.remove}
        aria-label={removeLabel}
        title={removeLabel}
        aria-disabled={used || remove.isPending}
        onClick={() => (used || remove.isPending ? undefined : remove.mutate())}
      >
        <Icon name="trash" size={0.9375} />
      </button>
    </li>
  );
}

function AddPictures({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const take = (event: ChangeEvent<HTMLInputElement>): void => {
    const files = [...(event.currentTarget.files ?? [])];
    // Cleared, so that choosing the same file again is noticed.
    event.currentTarget.value = "";
    onFiles(files);
  };
  return (
    <>
      <Button size="compact-sm" variant="default" leftSection={<Icon name="image" size={0.9375} />} onClick={() => input.current?.click()}>
        {t("guide.addPictures")}
      </Button>
      <input ref={input} type="file" multiple accept="image/jpeg,image/png,image/webp" hidden onChange={take} />
    </>
  );
}
