import { ActionIcon, Button, Menu, TextInput } from "@mantine/core";
import { useState, type SyntheticEvent } from "react";

import type { ModelVersion } from "../../../../api/modelTypes";
import { describeError } from "../../../data/describeError";
import { formatBytes, formatDateTime } from "../../../data/format";
import { useNow } from "../../../data/useNow";
import { t } from "../../../i18n";
import { Icon } from "../../../ui/icons";
import { showToast } from "../../../ui/toasts";
import { Badge } from "../Badge";
import { FigureList } from "../FigureList";
import { versionName } from "../figures";
import { useModels, versionOf } from "../modelsContext";
import { useModelWrites } from "../useModelWrites";
import { canServe, originOf, wordsOf } from "./versionWords";
import classes from "../models.module.css";

function useArchive(version: ModelVersion): (archived: boolean) => void {
  const { project } = useModels();
  const { change } = useModelWrites(project.id);
  const put = async (archived: boolean): Promise<void> => {
    await change.mutateAsync({ versionId: version.id, body: { archived } });
    if (!archived) return;
    const undo = { label: t("action.undo"), run: () => void put(false) };
    showToast(t("models.archivedNow", { name: versionName(version) }), { action: undo });
  };
  return (archived) => void put(archived).catch((error: unknown) => showToast(describeError(error), { tone: "error" }));
}

function RenameForm({ version, onDone }: { version: ModelVersion; onDone: () => void }) {
  const { project } = useModels();
  const { change } = useModelWrites(project.id);
  const [name, setName] = useState(version.name);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (name.trim() === "" || name.trim() === version.name) onDone();
    else change.mutate({ versionId: version.id, body: { name: name.trim() } }, { onSuccess: onDone });
  };
  return (
    <form className={classes.rename} onSubmit={submit} onKeyDown={(event) => (event.key === "Escape" ? onDone() : undefined)}>
      <TextInput
        aria-label={t("models.newName", { name: versionName(version) })}
        autoFocus
        maxLength={100}
        value={name}
        error={change.error === null ? null : describeError(change.error)}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" loading={change.isPending}>
        {t("models.rename")}
      </Button>
    </form>
  );
}

function More({ version, onRename }: { version: ModelVersion; onRename: () => void }) {
  const { manages } = useModels();
  const archive = useArchive(version);
  return (
    <Menu position="bottom-end" width="14rem">
      <Menu.Target>
        <ActionIcon aria-label={t("models.more", { name: versionName(version) })}>
          <Icon name="settings" size={1} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {version.file_url === null ? null : (
          <Menu.Item component="a" href={version.file_url} download leftSection={<Icon name="download" size={1} />}>
            {t("models.download")}
          </Menu.Item>
        )}
        {version.card_url === null ? null : (
          <Menu.Item component="a" href={version.card_url} target="_blank" leftSection={<Icon name="tag" size={1} />}>
            {t("models.card")}
          </Menu.Item>
        )}
        {manages ? (
          <Menu.Item leftSection={<Icon name="edit" size={1} />} onClick={onRename}>
            {t("models.rename")}
          </Menu.Item>
        ) : null}
        {manages && !version.active ? (
          <Menu.Item leftSection={<Icon name="archive" size={1} />} onClick={() => archive(!version.archived)}>
            {t(version.archived ? "models.unarchive" : "models.archive")}
          </Menu.Item>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}

function Heading({ version }: { version: ModelVersion }) {
  return (
    <div className={classes.line}>
      <strong>{versionName(version)}</strong>
      {wordsOf(version).map(({ tone, text }) => (
        <Badge key={text} tone={tone}>
          {text}
        </Badge>
      ))}
    </div>
  );
}

function About({ version }: { version: ModelVersion }) {
  const view = useModels();
  const parts = [
    originOf(version, versionOf(view, version.parent_id), useNow()),
    version.byte_size > 0 ? formatBytes(version.byte_size) : null,
    version.licence === "" ? null : version.licence,
  ];
  return (
    <>
      <span className={classes.quiet} title={formatDateTime(version.created_at)}>
        {parts.filter((part) => part !== null).join(" · ")}
      </span>
      {version.state === "checking" ? <span role="status">{t("models.checkingWhat")}</span> : null}
      {version.state === "refused" ? (
        <span className={classes.failed}>{version.error?.message ?? t("models.refusedWhat")}</span>
      ) : null}
      {version.held_out === null ? null : <FigureList figures={version.held_out} />}
    </>
  );
}

/** One version on the timeline: where it came from, how it does, and what can be done with it. */
export function VersionRow({ version }: { version: ModelVersion }) {
  const { manages, askToServe } = useModels();
  const [renaming, setRenaming] = useState(false);
  return (
    <li className={classes.version} data-active={version.active}>
      <div className={classes.about}>
        {renaming ? <RenameForm version={version} onDone={() => setRenaming(false)} /> : <Heading version={version} />}
        <About version={version} />
      </div>
      <div className={classes.rowActions}>
        {manages && canServe(version) ? (
          <Button
            variant={version.state === "proposed" ? "filled" : "default"}
            size="xs"
            aria-label={t("models.serveOf", { name: versionName(version) })}
            onClick={() => askToServe(version)}
          >
            {t("models.serve")}
          </Button>
        ) : null}
        <More version={version} onRename={() => setRenaming(true)} />
      </div>
    </li>
  );
}
