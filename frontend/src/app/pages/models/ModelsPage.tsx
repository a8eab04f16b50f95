import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { Models, ModelVersion, TrainingRun } from "../../../api/modelTypes";
import type { Project } from "../../../api/types";
import { isOver } from "../../data/liveModels";
import { modelsQuery, runsQuery } from "../../data/modelQueries";
import { can } from "../../data/permissions";
import { useProject } from "../../data/useProject";
import { t } from "../../i18n";
import { Loaded } from "../../ui/Notes";
import { Page } from "../../ui/Page";
import { LearningPanel } from "./LearningPanel";
import { ModelsContext, type ModelsView } from "./modelsContext";
import { RunList } from "./runs/RunList";
import { badgeOf, phaseOf } from "./runs/runWords";
import { NewRun } from "./training/NewRun";
import { RulesForm } from "./training/RulesForm";
import { RunningRun } from "./training/RunningRun";
import { CompareVersions } from "./versions/CompareVersions";
import { ServeDialog } from "./versions/ServeDialog";
import { ServingNow } from "./versions/ServingNow";
import { VersionList } from "./versions/VersionList";
import { OrderForm } from "./work/OrderForm";
import { PrelabelsPanel } from "./work/PrelabelsPanel";
import classes from "./models.module.css";

/** Read out when a run goes into its next phase and when it ends, without the numbers in between. */
function Announcement({ newest }: { newest: TrainingRun | undefined }) {
  const what = newest === undefined ? null : isOver(newest) ? badgeOf(newest).text : phaseOf(newest);
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {what === null ? null : t("models.announce", { what })}
    </div>
  );
}

function Training({ project, runs }: { project: Project; runs: readonly TrainingRun[] }) {
  const active = runs.find((run) => !isOver(run));
  return (
    <div className={classes.training}>
      {active === undefined ? <NewRun projectId={project.id} /> : <RunningRun key={active.id} run={active} />}
      <RulesForm projectId={project.id} />
    </div>
  );
}

function viewOf(project: Project, pages: readonly Models[], runs: readonly TrainingRun[]): Omit<ModelsView, "askToServe"> {
  const [newest] = pages;
  return {
    project,
    manages: can(project.role, "manage"),
    activeId: newest?.active_id ?? null,
    pinned: newest?.pinned ?? false,
    bundled: newest?.bundled ?? "",
    versions: pages.flatMap((page) => page.results),
    runs,
  };
}

type Lists = ReturnType<typeof useLists>;

function useLists(project: Project) {
  const models = useInfiniteQuery(modelsQuery(project.id));
  // Runs are the admins' business; others would be refused.
  const runs = useInfiniteQuery({ ...runsQuery(project.id), enabled: can(project.role, "manage") });
  return { models, runs };
}

function Content({ project, pages, lists }: { project: Project; pages: readonly Models[]; lists: Lists }) {
  const [asked, ask] = useState<ModelVersion | null | undefined>(undefined);
  const runs = lists.runs.data?.pages.flatMap((page) => page.results) ?? [];
  const view = { ...viewOf(project, pages, runs), askToServe: ask };
  const ready = lists.runs.data !== undefined;
  return (
    <ModelsContext value={view}>
      <div className={classes.page}>
        <ServingNow />
        {view.manages ? (
          <Loaded query={lists.runs}>{() => <Training project={project} runs={runs} />}</Loaded>
        ) : null}
        <div className={classes.columns}>
          <VersionList list={lists.models} />
          <div className={classes.page}>
            <LearningPanel projectId={project.id} />
            <CompareVersions />
          </div>
        </div>
        {view.manages ? (
          <div className={classes.training}>
            <PrelabelsPanel />
            <OrderForm project={project} />
          </div>
        ) : null}
        {view.manages && ready ? <RunList list={lists.runs} /> : null}
      </div>
      <ServeDialog version={asked} onClose={() => ask(undefined)} />
      <Announcement newest={runs[0]} />
    </ModelsContext>
  );
}

export function ProjectModels({ project }: { project: Project }) {
  const lists = useLists(project);
  return (
    <Page title={t("section.models")} intro={t("models.intro")}>
      <Loaded query={lists.models}>
        {(data) => <Content project={project} pages={data.pages} lists={lists} />}
      </Loaded>
    </Page>
  );
}

/** Which model answers clicks, what training made of it, and the way back. */
export function ModelsPage() {
  return <ProjectModels project={useProject()} />;
}
