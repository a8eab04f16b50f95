import { Badge, Button, Checkbox, NativeSelect } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { startImport, type Import, type ImportStart } from "../../../api/importCalls";
import { addDataset, useOwnDatasets } from "../../data/ownDatasets";
import { keys } from "../../data/queries";
import { useProject } from "../../data/useProject";
import { t, tn } from "../../i18n";
import { ErrorNote } from "../../ui/Notes";
import classes from "./imports.module.css";

const LABELS_SHOWN = 30;
const USUAL: ImportStart = {
  state: "submitted", existing: "keep", create_labels: true, add_images_to: null, skip_problems: false,
};
/** New images go to a data set that is made for them, or nowhere; else to the one of that number. */
const MADE = "made";
const NOWHERE = "nowhere";
const STATES = ["submitted", "accepted", "open"] as const;
const EXISTING = ["keep", "add", "replace"] as const;

/** What cannot be imported, and where it stands. */
export function Problems({ row }: { row: Import }) {
  if (row.problem_count === 0) return null;
  const more = row.problem_count - row.problems.length;
  return (
    <details className={classes.problems}>
      <summary>{tn("imports.problems", row.problem_count)}</summary>
      <ul>
        {row.problems.map(({ entry, message }) => (
          <li key={`${entry} ${message}`}>
            <code>{entry}</code> {message}
          </li>
        ))}
        {more > 0 ? <li>{t("imports.moreProblems", { count: more.toLocaleString("en") })}</li> : null}
      </ul>
    </details>
  );
}

function Labels({ row }: { row: Import }) {
  if (row.labels.length === 0) return null;
  const more = row.labels.length - LABELS_SHOWN;
  return (
    <ul className={classes.labels} aria-label={t("imports.labels")}>
      {row.labels.slice(0, LABELS_SHOWN).map(({ name, annotation_count, label_id }) => (
        <li key={name}>
          <span>{name}</span> {annotation_count.toLocaleString("en")}
          {label_id === null ? (
            <Badge size="xs" variant="light">
              {t("imports.new.label")}
            </Badge>
          ) : null}
        </li>
      ))}
      {more > 0 ? <li>{t("imports.moreLabels", { count: more })}</li> : null}
    </ul>
  );
}

interface FieldProps {
  row: Import;
  choice: ImportStart;
  set: (part: Partial<ImportStart>) => void;
}

type Target = ReturnType<typeof useTarget>;

/** Where new images go. The project's first data set that one may add to, unless told. */
function useTarget() {
  const project = useProject();
  const cache = useQueryClient();
  const { datasets, pending } = useOwnDatasets(project);
  const [picked, pick] = useState<string | null>(null);
  const chosen = picked ?? String(datasets[0]?.id ?? MADE);
  const places = [
    ...datasets.map(({ id, name }) => ({ value: String(id), label: t("imports.new.into", { name }) })),
    ...(datasets.length > 0 ? [] : [{ value: MADE, label: t("imports.new.own") }]),
    { value: NOWHERE, label: t("imports.new.out") },
  ];
  const dataset = async (): Promise<number | null> => {
    if (chosen === NOWHERE) return null;
    return chosen === MADE ? (await addDataset(project, cache)).id : Number(chosen);
  };
  return { chosen, pick, places, pending, dataset };
}

function Ticks({ row, choice, set, leavesOut }: FieldProps & { leavesOut: boolean }) {
  const lacking = row.labels.filter(({ label_id }) => label_id === null).length;
  return (
    <div className={classes.ticks}>
      {lacking === 0 ? null : (
        <Checkbox
          size="xs"
          label={tn("imports.createLabels", lacking)}
          checked={choice.create_labels}
          onChange={(event) => set({ create_labels: event.currentTarget.checked })}
        />
      )}
      {leavesOut ? (
        <Checkbox
          size="xs"
          label={t("imports.rest")}
          checked={choice.skip_problems}
          onChange={(event) => set({ skip_problems: event.currentTarget.checked })}
        />
      ) : null}
    </div>
  );
}

function Fields({ row, choice, set, target }: FieldProps & { target: Target }) {
  return (
    <div className={classes.fields}>
      {row.new_image_count === 0 ? null : (
        <NativeSelect
          label={t("imports.new.images")}
          description={tn("imports.new.count", row.new_image_count)}
          value={target.chosen}
          data={target.places}
          disabled={target.pending}
          onChange={(event) => target.pick(event.currentTarget.value)}
        />
      )}
      <NativeSelect
        label={t("imports.as")}
        value={choice.state}
        data={STATES.map((value) => ({ value, label: t(`imports.as.${value}`) }))}
        onChange={(event) => set({ state: event.currentTarget.value as ImportStart["state"] })}
      />
      {row.occupied_image_count === 0 ? null : (
        <NativeSelect
          label={t("imports.existing")}
          description={tn("imports.occupied", row.occupied_image_count)}
          value={choice.existing}
          data={EXISTING.map((value) => ({ value, label: t(`imports.existing.${value}`) }))}
          onChange={(event) => set({ existing: event.currentTarget.value as ImportStart["existing"] })}
        />
      )}
    </div>
  );
}

/** What a checked file holds, the choices that it leaves, and the button. */
export function Checked({ row }: { row: Import }) {
  const cache = useQueryClient();
  const [choice, change] = useState<ImportStart>(USUAL);
  const target = useTarget();
  const start = useMutation({
    mutationFn: async () => {
      const add_images_to = row.new_image_count > 0 ? await target.dataset() : null;
      return startImport(row.id, { ...choice, add_images_to });
    },
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.imports(row.project_id) }),
  });
  if (row.image_count === 0) {
    return (
      <div className={classes.checked}>
        <p>{t("imports.nothing")}</p>
        <Problems row={row} />
      </div>
    );
  }
  const found = { objects: tn("imports.objects", row.annotation_count), images: tn("imports.images", row.image_count) };
  const set = (part: Partial<ImportStart>): void => change((before) => ({ ...before, ...part }));
  const leavesOut = row.problem_count > 0 || (row.new_image_count > 0 && target.chosen === NOWHERE);
  const blocked = leavesOut && !choice.skip_problems;
  return (
    <div className={classes.checked}>
      <p>{t("imports.found", found)}</p>
      <Labels row={row} />
      <Problems row={row} />
      <Fields row={row} choice={choice} set={set} target={target} />
      <Ticks row={row} choice={choice} set={set} leavesOut={leavesOut} />
      <div>
        <Button size="sm" disabled={blocked} loading={start.isPending} onClick={() => start.mutate()}>
          {t("imports.start")}
        </Button>
      </div>
      {start.error === null ? null : <ErrorNote error={start.error} />}
    </div>
  );
}
