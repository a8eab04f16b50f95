import type { Label, LabelInput } from "../../../api/types";
import { can } from "../../data/permissions";
import { describeError } from "../../data/describeError";
import { fieldErrors } from "../../../api/errors";
import { useProject } from "../../data/useProject";
import { t } from "../../i18n";
import { LabelPreview, paletteHint } from "../../labels/LabelPreview";
import { NewLabel } from "../../labels/NewLabel";
import { NumberKey } from "../../labels/NumberKey";
import { EmptyState } from "../../ui/Notes";
import { Page, Panel } from "../../ui/Page";
import { Attributes } from "./Attributes";
import folds from "./attributes.module.css";
import { LabelRow } from "./LabelRow";
import { useLabelWrites } from "./useLabelWrites";
import classes from "../../labels/labels.module.css";

function PlainRow({ label, index, projectId }: { label: Label; index: number; projectId: number }) {
  return (
    <>
      <li className={classes.row}>
        <NumberKey index={index} />
        <span className={classes.color} style={{ "--label": label.color }} />
        <span className={classes.plainName}>{label.name}</span>
        <span className={classes.kindText}>{t(`label.${label.kind}`)}</span>
      </li>
      {label.attributes.length === 0 ? null : (
        <li className={folds.fold}>
          <Attributes projectId={projectId} label={label} manages={false} />
        </li>
      )}
    </>
  );
}

function Schema({ projectId, labels, manages }: { projectId: number; labels: readonly Label[]; manages: boolean }) {
  const { add } = useLabelWrites(projectId);
  const store = async (label: LabelInput): Promise<void> => {
    await add.mutateAsync(label);
  };
  const problem = add.error === null ? null : (fieldErrors(add.error)["name"] ?? describeError(add.error));
  return (
    <Panel flush>
      <ul className={classes.rows}>
        {labels.map((label, index) =>
          manages ? (
            <LabelRow key={label.id} projectId={projectId} label={label} labels={labels} index={index} />
          ) : (
            <PlainRow key={label.id} projectId={projectId} label={label} index={index} />
          ),
        )}
      </ul>
      {manages ? <NewLabel existing={labels} onAdd={store} error={problem} /> : null}
    </Panel>
  );
}

export function LabelsPage() {
  const project = useProject();
  const manages = can(project.role, "manage");
  const labels = [...project.labels].sort((a, b) => a.position - b.position);
  return (
    <Page title={t("section.labels")} intro={manages ? t("labels.intro") : t("labels.introRead")}>
      {labels.length === 0 && !manages ? (
        <EmptyState icon="tag" title={t("labels.emptyTitle")}>
          {t("labels.empty")}
        </EmptyState>
      ) : (
        <div className={classes.columns}>
          <div>
            <Schema projectId={project.id} labels={labels} manages={manages} />
            <p className={classes.hint}>{t("label.kindHint")}</p>
          </div>
          {labels.length === 0 ? null : (
            <Panel title={t("labels.preview")}>
              <LabelPreview labels={labels} />
              <p className={classes.hint}>{paletteHint(labels)}</p>
            </Panel>
          )}
        </div>
      )}
    </Page>
  );
}
