import { useComputedColorScheme } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { putLabels } from "../data/live";
import { t } from "../i18n";
import { useWorkplace, useSession, sortedLabels } from "./desk";
import { CommentPanel } from "./comments/CommentPanel";
import { CheatSheet } from "./dialogs/CheatSheet";
import { LeaveDialog } from "./dialogs/LeaveDialog";
import { RequestChanges } from "./dialogs/RequestChanges";
import { DraftPanel } from "./drafts/DraftPanel";
import { WorkspaceFrame } from "./Frame";
import { Gone } from "./Gone";
import { HintLine } from "./HintLine";
import { labelMemory } from "./labelMemory";
import { LabelList } from "./LabelList";
import { LiveRegion } from "./LiveRegion";
import { ObjectList } from "./ObjectList";
import { AttributesPanel } from "./objects/AttributesPanel";
import { useCycle } from "./objects/useCycle";
import { ReviewPanel } from "./review/ReviewPanel";
import { useReviewKeys } from "./review/useReviewKeys";
import { Stage } from "./Stage";
import { GuideBeside } from "./task/GuideBeside";
import { useImage } from "./task/useImage";
import { Teaching } from "./Teaching";
import { ToolRail } from "./ToolRail";
import { TopBar } from "./TopBar";
import { useFlow } from "./useFlow";
import { useKeys } from "./useKeys";

export type DialogName = "keys" | "changes";

/** All that surrounds the canvas of an open task. */
export function OpenTask() {
  const { refusal } = useSession();
  const flow = useFlow();
  const [dialog, setDialog] = useState<DialogName | null>(null);
  useImage();
  useLabels();
  useLabelsTold();
  useTheme();
  useTitle();
  useCycle();
  useReviewKeys(flow, dialog !== null || flow.done !== null || refusal !== null);
  useKeys({ flow, onDialog: setDialog, blocked: dialog !== null || flow.done !== null || refusal !== null });

  if (refusal !== null) return <Gone refusal={refusal} />;
  const close = (): void => setDialog(null);
  return (
    <>
      <WorkspaceFrame
        bar={<TopBar flow={flow} onDialog={setDialog} />}
        rail={<ToolRail />}
        canvas={
          <GuideBeside>
            <Stage flow={flow} />
          </GuideBeside>
        }
        panel={<SidePanel />}
        hint={<HintLine />}
      />
      <LiveRegion />
      <CheatSheet opened={dialog === "keys"} onClose={close} />
      <RequestChanges
        opened={dialog === "changes"}
        onClose={close}
        onSend={(comment) => flow.decide({ kind: "requestChanges", comment })}
      />
      <LeaveDialog />
    </>
  );
}

function SidePanel() {
  return (
    <>
      <ReviewPanel />
      <LabelList />
      <DraftPanel />
      <ObjectList />
      <AttributesPanel />
      <CommentPanel />
      <Teaching />
    </>
  );
}

/** The label stays the same from one task to the next. */
function useLabels(): void {
  const { engine, project } = useWorkplace();
  useEffect(() => {
    engine.setLabels(sortedLabels(project));
    const last = labelMemory.get(project.id);
    if (project.labels.some((label) => label.id === last)) engine.setCurrentLabel(last ?? null);
    return engine.onStatus(({ currentLabelId }) => {
      if (currentLabelId !== null) labelMemory.set(project.id, currentLabelId);
    });
  }, [engine, project]);
}

/** What an admin changes about the labels meanwhile is here at once. */
function useLabelsTold(): void {
  const { session } = useWorkplace();
  const cache = useQueryClient();
  useEffect(
    () =>
      session.onEvent((event) => {
        if (event.type === "labels.changed") putLabels(cache, event.project_id, event.labels);
      }),
    [session, cache],
  );
}

function useTheme(): void {
  const { engine } = useWorkplace();
  const scheme = useComputedColorScheme("light");
  useEffect(() => engine.setTheme(scheme), [engine, scheme]);
}

function useTitle(): void {
  const { project } = useWorkplace();
  const name = useSession().task?.image.name;
  useEffect(() => {
    if (name === undefined) return;
    const before = document.title;
    document.title = t("workspace.title", { name, project: project.name });
    return () => {
      document.title = before;
    };
  }, [name, project.name]);
}
