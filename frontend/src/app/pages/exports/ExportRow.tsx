import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import * as api from "../../../api/calls";
import type { Export } from "../../../api/types";
import { formatAgo, formatBytes, formatDateTime } from "../../data/format";
import { describeError } from "../../data/describeError";
import { keys } from "../../data/queries";
import { useNow } from "../../data/useNow";
import { t, tn } from "../../i18n";
import { Icon } from "../../ui/icons";
import { WorkBar } from "../../ui/RowList";
import { shortHash } from "./shortHash";
import classes from "./exports.module.css";

function contents(row: Export): string {
  const parts = [tn("exports.objects", row.annotation_count), tn("projects.photographs", row.image_count)];
  return [...parts, row.byte_size > 0 ? formatBytes(row.byte_size) : null].filter((part) => part !== null).join(" · ");
}

function CancelButton({ row }: { row: Export }) {
  const cache = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => api.cancelExport(row.id),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.exports(row.project_id) }),
  });
  return (
    <>
      {cancel.error === null ? null : <span className={classes.failed}>{describeError(cancel.error)}</span>}
      <Button variant="default" size="xs" loading={cancel.isPending} onClick={() => cancel.mutate()}>
        {t("exports.cancel")}
      </Button>
    </>
  );
}

function Running({ row }: { row: Export }) {
  return (
    <>
      <WorkBar work={row} label={row.state === "queued" ? t("exports.queued") : t("exports.running")} />
      <CancelButton row={row} />
    </>
  );
}

function Outcome({ row }: { row: Export }) {
  if (row.state === "queued" || row.state === "running") return <Running row={row} />;
  if (row.state === "cancelled") return <span className={classes.quiet}>{t("exports.cancelled")}</span>;
  if (row.state === "failed" || row.file_url === null) {
    return (
      <span className={classes.failed} role="alert">
        {row.error?.message ?? t("exports.failed")}
      </span>
    );
  }
  return (
    <Button
      component="a"
      href={row.file_url}
      download
      variant="default"
      size="xs"
      leftSection={<Icon name="download" size={1} />}
      aria-label={t("exports.downloadOf", { time: formatDateTime(row.created_at) })}
    >
      {t("exports.download")}
    </Button>
  );
}

/** One export: what it holds, who asked and when, and how far it is. */
export function ExportRow({ row }: { row: Export }) {
  const now = useNow();
  return (
    <li className={classes.row}>
      <div className={classes.about}>
        <strong>{t(`exports.format.${api.EXPORT_FORMATS.find((format) => format === row.format) ?? "unknown"}`)}</strong>
        <span>{row.state === "ready" ? contents(row) : null}</span>
        <time dateTime={row.created_at} title={formatDateTime(row.created_at)}>
          {t("exports.by", { time: formatAgo(row.created_at, now), name: row.requested_by.username })}
        </time>
        {row.snapshot === null ? null : (
          <span className={classes.hash} title={row.snapshot.sha256}>
            {t("exports.snapshot", { hash: shortHash(row.snapshot.sha256) })}
          </span>
        )}
      </div>
      <Outcome row={row} />
    </li>
  );
}
