import { Button, NativeSelect } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import * as api from "../../../api/calls";
import type { Export, ExportPreview, Project } from "../../../api/types";
import { formatAgo, formatBytes } from "../../data/format";
import { exportPreviewQuery, exportsQuery, keys } from "../../data/queries";
import { useNow } from "../../data/useNow";
import { t, tn } from "../../i18n";
import { ErrorNote } from "../../ui/Notes";
import { Panel } from "../../ui/Page";
import { copiesImages, isWhole, optionsOf, USUAL, type Choice } from "./choice";
import { BesideField, LabelField, RareFields, SplitField, StateField } from "./fields";
import classes from "./exports.module.css";
import { shortHash } from "./shortHash";

const PAUSE_MS = 300;

/** The snapshots of the exports that are listed, the newest first. */
function useSnapshots(projectId: number): NonNullable<Export["snapshot"]>[] {
  const rows = useInfiniteQuery(exportsQuery(projectId)).data?.pages.flatMap((page) => page.results) ?? [];
  const found = new Map(rows.flatMap(({ snapshot }) => (snapshot === null ? [] : [[snapshot.id, snapshot] as const])));
  return [...found.values()].sort((one, other) => other.id - one.id);
}

interface ContentProps {
  projectId: number;
  chosen: number | null;
  choose: (snapshotId: number | null) => void;
}

/** What is there now, or what an earlier export froze. */
function ContentField({ projectId, chosen, choose }: ContentProps) {
  const [snapshots, now] = [useSnapshots(projectId), useNow()];
  if (snapshots.length === 0) return null;
  const frozen = snapshots.map(({ id, sha256, created_at }) => ({
    value: String(id),
    label: t("exports.contentOf", { time: formatAgo(created_at, now), hash: shortHash(sha256) }),
  }));
  return (
    <NativeSelect
      label={t("exports.content")}
      value={chosen === null ? "" : String(chosen)}
      data={[{ value: "", label: t("exports.contentNow") }, ...frozen]}
      onChange={(event) => choose(event.currentTarget.value === "" ? null : Number(event.currentTarget.value))}
    />
  );
}

function Counts({ preview, project, images }: { preview: ExportPreview; project: Project; images: boolean }) {
  const counts = new Map(preview.labels.map((one) => [one.label_id, one.annotation_count]));
  const most = Math.max(1, ...counts.values());
  return (
    <>
      <p className={classes.sum}>
        {tn("exports.preview.images", preview.image_count)} · {tn("exports.objects", preview.annotation_count)}
      </p>
      <ul className={classes.bars}>
        {project.labels.flatMap((label) => {
          const count = counts.get(label.id);
          if (count === undefined) return [];
          return [
            <li key={label.id}>
              <span>{label.name}</span>
              <span className={classes.bar} style={{ width: `${(100 * count) / most}%`, background: label.color }} aria-hidden="true" />
              <span>{count.toLocaleString("en")}</span>
            </li>,
          ];
        })}
      </ul>
      {preview.splits.length === 0 ? null : (
        <p>{preview.splits.map(({ name, image_count }) => `${name} ${image_count.toLocaleString("en")}`).join(" · ")}</p>
      )}
      {images ? <p>{t("exports.preview.bytes", { size: formatBytes(preview.byte_size) })}</p> : null}
    </>
  );
}

interface StartProps {
  project: Project;
  choice: Choice;
  format: api.ExportFormat;
  snapshotId: number | null;
}

/** What will be in it, and the button. */
function Start({ project, choice, format, snapshotId }: StartProps) {
  const cache = useQueryClient();
  const whole = isWhole(choice);
  // Counting a large project takes a moment: not at each digit, and not for what counts nothing.
  const [counted] = useDebouncedValue(choice, PAUSE_MS);
  const options = optionsOf({ ...counted, licence: "" });
  const preview = useQuery({ ...exportPreviewQuery(project.id, options), enabled: whole && isWhole(counted) && snapshotId === null });
  const start = useMutation({
    mutationFn: () => api.createExport(project.id, { format, options: optionsOf(choice), snapshot_id: snapshotId }),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.exports(project.id) }),
  });
  const nothing = !whole || (snapshotId === null && preview.data?.image_count === 0);
  return (
    <div className={classes.start}>
      <div className={classes.preview} aria-live="polite">
        <h3>{t("exports.preview")}</h3>
        {snapshotId !== null ? <p>{t("exports.preview.frozen")}</p> : null}
        {nothing ? <p className={classes.why}>{t("exports.nothing")}</p> : null}
        {snapshotId !== null || nothing || preview.data === undefined ? null : (
          <Counts preview={preview.data} project={project} images={copiesImages(choice)} />
        )}
        {preview.error === null ? null : <ErrorNote error={preview.error} onRetry={() => void preview.refetch()} />}
      </div>
      <Button loading={start.isPending} disabled={nothing} onClick={() => start.mutate()}>
        {t("exports.start")}
      </Button>
      {start.error === null ? null : <ErrorNote error={start.error} onRetry={() => start.mutate()} />}
    </div>
  );
}

/** Says what will be in the file before it is made. */
export function NewExport({ project }: { project: Project }) {
  const [format, chooseFormat] = useState<api.ExportFormat>("coco");
  const [snapshotId, chooseSnapshot] = useState<number | null>(null);
  const [choice, change] = useState<Choice>(USUAL);
  const set = (part: Partial<Choice>): void => change((before) => ({ ...before, ...part }));
  return (
    <Panel title={t("exports.new")}>
      <div className={classes.new}>
        <div className={classes.form}>
          <div>
            <NativeSelect
              label={t("exports.choose")}
              value={format}
              data={api.EXPORT_FORMATS.map((value) => ({ value, label: t(`exports.format.${value}`) }))}
              onChange={(event) => chooseFormat(event.currentTarget.value as api.ExportFormat)}
            />
            <p className={classes.what}>{t(`exports.what.${format}`)}</p>
          </div>
          <ContentField projectId={project.id} chosen={snapshotId} choose={chooseSnapshot} />
          <StateField choice={choice} set={set} />
          <div className={classes.grid}>
            <SplitField choice={choice} set={set} />
            <BesideField choice={choice} set={set} />
          </div>
          <details className={classes.rare}>
            <summary>{t("exports.options")}</summary>
            <LabelField choice={choice} set={set} labels={project.labels} />
            <RareFields choice={choice} set={set} />
          </details>
        </div>
        <Start project={project} choice={choice} format={format} snapshotId={snapshotId} />
      </div>
    </Panel>
  );
}
