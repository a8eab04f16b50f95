import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { EXPORT_FORMATS } from "../../../api/calls";
import { cancelImport, type Import } from "../../../api/importCalls";
import { formatAgo, formatBytes, formatDateTime } from "../../data/format";
import { keys } from "../../data/queries";
import { useNow } from "../../data/useNow";
import { t, tn } from "../../i18n";
import { ErrorNote } from "../../ui/Notes";
import { WorkBar } from "../../ui/RowList";
import { Checked, Problems } from "./Checked";
import classes from "./imports.module.css";

const ACTIVE: readonly Import["state"][] = ["queued", "checking", "importing"];

function formatName(row: Import): string {
  return t(`exports.format.${EXPORT_FORMATS.find((format) => format === row.format) ?? "unknown"}`);
}

function CancelButton({ row }: { row: Import }) {
  const cache = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelImport(row.id),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.imports(row.project_id) }),
  });
  return (
    <>
      <Button variant="default" size="xs" loading={cancel.isPending} onClick={() => cancel.mutate()}>
        {t(row.state === "checked" ? "imports.discard" : "imports.cancel")}
      </Button>
      {cancel.error === null ? null : <ErrorNote error={cancel.error} />}
    </>
  );
}

/** What became of it. */
function Outcome({ row }: { row: Import }) {
  if (row.state === "failed") {
    return (
      <span className={classes.failed} role="alert">
        {row.error?.message ?? t("imports.state.failed")}
      </span>
    );
  }
  const written = t("imports.written", {
    objects: tn("imports.objects", row.imported_annotation_count),
    images: tn("imports.images", row.imported_image_count),
  });
  const notes = [
    row.added_image_count > 0 ? tn("imports.added", row.added_image_count) : null,
    row.kept_image_count > 0 ? tn("imports.kept", row.kept_image_count) : null,
    row.left_open_image_count > 0 ? tn("imports.leftOpen", row.left_open_image_count) : null,
    row.lost_answer_count > 0 ? tn("imports.lostAnswers", row.lost_answer_count) : null,
  ].filter((note) => note !== null);
  return (
    <div className={classes.outcome}>
      <span>
        {t(`imports.state.${row.state}`)}
        {row.imported_image_count > 0 || row.state === "done" ? `: ${written}` : null}
      </span>
      {notes.map((note) => (
        <span key={note}>{note}</span>
      ))}
    </div>
  );
}

/** One file: what it is, how far it is, what it holds, and what became of it. */
export function ImportRow({ row }: { row: Import }) {
  const now = useNow();
  const isActive = ACTIVE.includes(row.state);
  const isOver = !isActive && row.state !== "checked";
  return (
    <li className={classes.row}>
      <div className={classes.head}>
        <div className={classes.about}>
          <strong>{row.file_name}</strong>
          <span>{[row.format === null ? null : formatName(row), formatBytes(row.byte_size)].filter((part) => part !== null).join(" · ")}</span>
          <time dateTime={row.created_at} title={formatDateTime(row.created_at)}>
            {t("exports.by", { time: formatAgo(row.created_at, now), name: row.requested_by.username })}
          </time>
        </div>
        {isActive ? <WorkBar work={row} label={t(`imports.state.${row.state}`)} /> : null}
        {isOver ? <Outcome row={row} /> : <CancelButton row={row} />}
      </div>
      {row.state === "checked" ? <Checked row={row} /> : null}
      {isOver ? <Problems row={row} /> : null}
    </li>
  );
}
