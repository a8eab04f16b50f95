import { ActionIcon, Button } from "@mantine/core";

import { formatBytes, formatCount } from "../data/format";
import { t, tn } from "../i18n";
import { Icon } from "../ui/icons";
import { Panel } from "../ui/Page";
import { ShareBar } from "../ui/ProgressBar";
import type { UploadItem, UploadQueue, UploadSummary } from "./queue";
import { uploadProblem } from "./uploadProblem";
import { uploadsOf, useUploads } from "./uploads";
import classes from "./uploads.module.css";

/** Enough to see what goes wrong; a folder of thousands must not make a page of thousands. */
const FAILED_SHOWN = 100;

function title({ active, counts }: UploadSummary): string {
  if (active) return tn("upload.sending", counts.waiting + counts.sending);
  const stored = counts.done + counts.duplicate;
  if (stored === 0) return tn("upload.allFailed", counts.failed);
  return tn("upload.done", counts.done);
}

function detail(summary: UploadSummary): string {
  const { counts, sentBytes, totalBytes, active } = summary;
  const stored = counts.done + counts.duplicate;
  const parts = [
    active ? t("upload.bytes", { sent: formatBytes(sentBytes), total: formatBytes(totalBytes) }) : null,
    active && counts.done > 0 ? t("upload.soFar", { count: formatCount(counts.done) }) : null,
    counts.duplicate > 0 ? tn("upload.duplicates", counts.duplicate) : null,
    counts.failed > 0 && (active || stored > 0) ? tn("upload.failed", counts.failed) : null,
  ];
  return parts.filter((part) => part !== null).join(" · ");
}

function Head({ queue, summary }: { queue: UploadQueue; summary: UploadSummary }) {
  const { active, counts } = summary;
  return (
    <div className={classes.summary}>
      <p role="status">{title(summary)}</p>
      {!active && counts.failed > 0 ? (
        <Button size="compact-sm" variant="default" onClick={() => queue.retry()}>
          {tn("upload.retryAll", counts.failed)}
        </Button>
      ) : null}
      {active ? (
        <Button size="compact-sm" variant="default" onClick={() => queue.cancel()}>
          {t("upload.stop")}
        </Button>
      ) : (
        <ActionIcon size="sm" aria-label={t("upload.hide")} onClick={() => queue.clearEnded()}>
          <Icon name="close" size={1} />
        </ActionIcon>
      )}
    </div>
  );
}

function SendingFile({ item }: { item: UploadItem }) {
  const share = item.file.size === 0 ? 0 : item.sent / item.file.size;
  return (
    <li className={classes.file}>
      <span className={classes.fileName} title={item.file.name}>
        {item.file.name}
      </span>
      <ShareBar share={share} label={t("upload.progressOf", { name: item.file.name })} />
      <span className="num">{formatBytes(item.file.size)}</span>
    </li>
  );
}

function FailedFile({ item, queue }: { item: UploadItem; queue: UploadQueue }) {
  const { name } = item.file;
  return (
    <li className={classes.file}>
      <span className={classes.fileName} title={name}>
        {name}
      </span>
      <span className={classes.fileProblem}>{uploadProblem(item)}</span>
      <span className={classes.fileActions}>
        <ActionIcon size="sm" aria-label={t("upload.retryOne", { name })} onClick={() => queue.retry(item.id)}>
          <Icon name="retry" size={1} />
        </ActionIcon>
        <ActionIcon size="sm" aria-label={t("upload.dismissOne", { name })} onClick={() => queue.dismiss(item.id)}>
          <Icon name="close" size={1} />
        </ActionIcon>
      </span>
    </li>
  );
}

/** How an upload goes: the whole, what is under way, and each file that was refused with its reason. */
export function UploadPanel({ datasetId }: { datasetId: number }) {
  const queue = uploadsOf(datasetId);
  const summary = useUploads(datasetId);
  if (summary.items.length === 0) return null;
  const sending = summary.items.filter((item) => item.state === "sending");
  const failed = summary.items.filter((item) => item.state === "failed");
  const facts = detail(summary);
  const share = summary.totalBytes === 0 ? 0 : summary.sentBytes / summary.totalBytes;
  return (
    <Panel>
      <Head queue={queue} summary={summary} />
      {summary.active ? <ShareBar share={share} label={t("upload.progress")} /> : null}
      {facts === "" ? null : <p className={classes.detail}>{facts}</p>}
      {sending.length + failed.length === 0 ? null : (
        <ul className={classes.files}>
          {failed.slice(0, FAILED_SHOWN).map((item) => (
            <FailedFile key={item.id} item={item} queue={queue} />
          ))}
          {sending.map((item) => (
            <SendingFile key={item.id} item={item} />
          ))}
        </ul>
      )}
    </Panel>
  );
}
