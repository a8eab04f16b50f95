import { Select, SegmentedControl, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import type { Project } from "../../../api/types";
import { can } from "../../data/permissions";
import { meQuery, projectsQuery } from "../../data/queries";
import { dayQuery } from "../../day/day";
import { Day } from "../../day/Day";
import { t } from "../../i18n";
import { Page, Panel } from "../../ui/Page";
import { KeysPanel } from "./KeysPanel";
import classes from "./me.module.css";

/** `/me`: how one likes the site, and what one has done today. */
export function MePage() {
  const { data: me } = useQuery(meQuery);
  return (
    <Page title={t("me.title")} intro={t("me.intro", { name: me?.username ?? "…" })} width="page">
      <div className={classes.columns}>
        <KeysPanel />
        <div className={classes.column}>
          <Looks />
          <Days />
        </div>
      </div>
    </Page>
  );
}

const SCHEMES: readonly MantineColorScheme[] = ["light", "dark", "auto"];

function Looks() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Panel title={t("me.looks")}>
      <div className={classes.fields}>
        <div>
          <span className={classes.label} id="me-theme">
            {t("me.theme")}
          </span>
          <SegmentedControl
            fullWidth
            aria-labelledby="me-theme"
            value={colorScheme}
            onChange={(value) => setColorScheme(value)}
            data={SCHEMES.map((scheme) => ({ value: scheme, label: t(`theme.${scheme}`) }))}
          />
        </div>
        <Select
          label={t("me.language")}
          description={t("me.languageOnly")}
          value="en"
          allowDeselect={false}
          data={[{ value: "en", label: t("me.english") }]}
        />
      </div>
    </Panel>
  );
}

/** My day in each of my projects. */
function Days() {
  const { data } = useInfiniteQuery(projectsQuery);
  if (data === undefined) return null;
  const projects = data.pages.flatMap(({ results }) => results).filter(({ role }) => can(role, "annotate"));
  return (
    <Panel title={t("me.today")}>
      {projects.length === 0 ? <p className={classes.quiet}>{t("me.noProjects")}</p> : null}
      {projects.map((project) => (
        <ProjectDay key={project.id} project={project} />
      ))}
    </Panel>
  );
}

function ProjectDay({ project }: { project: Project }) {
  const { data: day } = useQuery(dayQuery(project.id));
  return (
    <section className={classes.day} aria-label={project.name}>
      <h3>{project.name}</h3>
      {day === undefined ? null : <Day day={day} />}
    </section>
  );
}
