import { Button, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import * as api from "../../../api/calls";
import type { Project } from "../../../api/types";
import { can } from "../../data/permissions";
import { keys } from "../../data/queries";
import { t } from "../../i18n";
import { ErrorNote } from "../../ui/Notes";
import { Panel } from "../../ui/Page";
import classes from "./overview.module.css";

function GuideForm({ project, onClose }: { project: Project; onClose: () => void }) {
  const cache = useQueryClient();
  const [text, setText] = useState(project.guide);
  const save = useMutation({
    mutationFn: () => api.changeProject(project.id, { guide: text.trim() }),
    onSuccess: (changed) => {
      cache.setQueryData(keys.project(project.id), changed);
      onClose();
    },
  });
  return (
    <div className={classes.form}>
      <Textarea
        aria-label={t("guide.title")}
        description={t("guide.why")}
        autosize
        autoFocus
        minRows={5}
        maxRows={24}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {save.error === null ? null : <ErrorNote error={save.error} />}
      <div className={classes.formButtons}>
        <Button loading={save.isPending} onClick={() => save.mutate()}>
          {t("guide.save")}
        </Button>
        <Button variant="subtle" color="gray" onClick={onClose}>
          {t("action.cancel")}
        </Button>
      </div>
    </div>
  );
}

/** The written rules of the project, shown in the workspace too. */
export function Guide({ project }: { project: Project }) {
  const [editing, setEditing] = useState(false);
  const manages = can(project.role, "manage");
  const edit = manages && !editing ? (
    <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setEditing(true)}>
      {project.guide === "" ? t("guide.write") : t("guide.edit")}
    </Button>
  ) : null;
  return (
    <Panel title={t("guide.title")} aside={edit}>
      {editing ? (
        <GuideForm project={project} onClose={() => setEditing(false)} />
      ) : project.guide === "" ? (
        <p className={classes.quiet}>{manages ? t("guide.emptyManage") : t("guide.empty")}</p>
      ) : (
        <p className={classes.guide}>{project.guide}</p>
      )}
    </Panel>
  );
}
