import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState, type ReactNode } from "react";

import { fieldErrors, isApiError } from "../../../api/errors";
import type { LabelInput } from "../../../api/types";
import { keys } from "../../data/queries";
import { t } from "../../i18n";
import { LinkButton } from "../../ui/LinkButton";
import { ErrorNote } from "../../ui/Notes";
import { Page } from "../../ui/Page";
import { uploadsOf } from "../../uploads/uploads";
import { createFromDraft, type Earlier } from "./createProject";
import { DataSection, type DataDraft } from "./DataSection";
import { labelsAreReady, LabelsSection } from "./LabelsSection";
import classes from "./newProject.module.css";

function Section({ title, intro, children }: { title: string; intro: string; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <div className={classes.about}>
        <h2>{title}</h2>
        <p>{intro}</p>
      </div>
      <div className={classes.content}>{children}</div>
    </section>
  );
}

function useDraft() {
  const [name, setName] = useState("");
  const [data, setData] = useState<DataDraft>({ files: [], datasetName: "", datasetIds: [] });
  const [labels, setLabels] = useState<LabelInput[]>([]);
  const ready = name.trim() !== "" && labelsAreReady(labels);
  return { name, setName, data, setData, labels, setLabels, ready };
}

type Draft = ReturnType<typeof useDraft>;

function useCreate({ name, data, labels }: Draft) {
  const cache = useQueryClient();
  const navigate = useNavigate();
  const earlier = useRef<Earlier>({ dataset: null });
  return useMutation({
    mutationFn: () =>
      createFromDraft({ name, ...data, hasFiles: data.files.length > 0, labels }, earlier.current),
    onSuccess: async ({ project, uploadTo }) => {
      cache.setQueryData(keys.project(project.id), project);
      void cache.invalidateQueries({ queryKey: keys.projects });
      void cache.invalidateQueries({ queryKey: keys.datasets });
      if (uploadTo !== null) uploadsOf(uploadTo.id).add(data.files);
      const params = { projectId: String(project.id) };
      await navigate({ to: uploadTo === null ? "/p/$projectId" : "/p/$projectId/data", params });
    },
  });
}

/** The refusal of a data set's name is shown at that name; everything else at the button. */
function placeErrors(error: unknown, draft: Draft): { name: string | null; dataset: string | null; other: unknown } {
  const taken = isApiError(error, "name_taken") && draft.data.files.length > 0;
  const name = fieldErrors(error)["name"] ?? null;
  return {
    name: taken ? null : name,
    dataset: taken ? error.message : null,
    other: taken || name !== null ? null : error,
  };
}

interface FooterProps {
  ready: boolean;
  busy: boolean;
  error: unknown;
  onCreate: () => void;
}

function Footer({ ready, busy, error, onCreate }: FooterProps) {
  return (
    <footer className={classes.footer}>
      {error === null ? <p>{ready ? null : t("new.missing")}</p> : <ErrorNote error={error} />}
      <LinkButton to="/projects" variant="subtle" color="gray">
        {t("action.cancel")}
      </LinkButton>
      <Button disabled={!ready} loading={busy} onClick={onCreate}>
        {t("new.create")}
      </Button>
    </footer>
  );
}

export function NewProjectPage() {
  const draft = useDraft();
  const create = useCreate(draft);
  const errors = placeErrors(create.error, draft);
  return (
    <Page title={t("new.title")} intro={t("new.intro")}>
      <Section title={t("new.name")} intro={t("new.nameIntro")}>
        <TextInput
          aria-label={t("new.projectName")}
          placeholder={t("new.namePlaceholder")}
          size="md"
          maxLength={200}
          autoFocus
          value={draft.name}
          error={errors.name}
          onChange={(event) => draft.setName(event.currentTarget.value)}
        />
      </Section>
      <Section title={t("new.data")} intro={t("new.dataIntro")}>
        <DataSection
          draft={draft.data}
          projectName={draft.name}
          nameError={errors.dataset}
          onChange={(change) => draft.setData((before) => ({ ...before, ...change }))}
        />
      </Section>
      <Section title={t("new.labels")} intro={t("new.labelsIntro")}>
        <LabelsSection labels={draft.labels} onChange={draft.setLabels} />
      </Section>
      <Footer ready={draft.ready} busy={create.isPending} error={errors.other} onCreate={() => create.mutate()} />
    </Page>
  );
}
