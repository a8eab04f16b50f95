import { Button } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { can } from "../../data/permissions";
import { useProject } from "../../data/useProject";
import { t, tn } from "../../i18n";
import { Icon } from "../../ui/icons";
import { Page } from "../../ui/Page";
import { UploadPanel } from "../../uploads/UploadPanel";
import { AddPhotographs } from "./AddPhotographs";
import { StateFilter } from "./StateFilter";
import { TaskGrid } from "./TaskGrid";
import classes from "./data.module.css";

/** All photographs of a project with their states; admins add more here. */
export function DataPage() {
  const project = useProject();
  const { state } = useSearch({ from: "/signed-in/shell/p/$projectId/data" });
  const manages = can(project.role, "manage");
  const empty = project.counts.total === 0;
  const [wanted, setWanted] = useState(false);
  const adding = manages && (wanted || empty);
  const add = manages && !empty ? (
    <Button
      variant={adding ? "default" : "filled"}
      leftSection={<Icon name={adding ? "close" : "plus"} size={1} />}
      onClick={() => setWanted((before) => !before)}
    >
      {adding ? t("data.closeAdd") : t("data.add")}
    </Button>
  ) : undefined;
  return (
    <Page title={t("section.data")} intro={tn("projects.photographs", project.counts.total)} actions={add} width="full">
      <div className={classes.stack}>
        {adding ? <AddPhotographs project={project} /> : null}
        {manages ? project.dataset_ids.map((id) => <UploadPanel key={id} datasetId={id} />) : null}
        {empty ? null : <StateFilter projectId={project.id} counts={project.counts} filter={state} />}
        <TaskGrid project={project} filter={state} />
      </div>
    </Page>
  );
}
