import { Button } from "@mantine/core";
import { useState } from "react";

import type { Project } from "../../../api/types";
import { can } from "../../data/permissions";
import { Markdown } from "../../guide/Markdown";
import { usePictures } from "../../guide/usePictures";
import { t } from "../../i18n";
import { Panel } from "../../ui/Page";
import { GuideEditor } from "./GuideEditor";
import classes from "./overview.module.css";

/** The written rules of the project, shown in the workspace too. */
export function Guide({ project }: { project: Project }) {
  const [editing, setEditing] = useState(false);
  const manages = can(project.role, "manage");
  const pictures = usePictures(project.id, project.guide);
  const edit = manages && !editing ? (
    <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setEditing(true)}>
      {project.guide === "" ? t("guide.write") : t("guide.edit")}
    </Button>
  ) : null;
  return (
    <Panel title={t("guide.title")} aside={edit}>
      {editing ? (
        <GuideEditor project={project} onClose={() => setEditing(false)} />
      ) : project.guide === "" ? (
        <p className={classes.quiet}>{manages ? t("guide.emptyManage") : t("guide.empty")}</p>
      ) : (
        <Markdown text={project.guide} pictures={pictures} />
      )}
    </Panel>
  );
}
