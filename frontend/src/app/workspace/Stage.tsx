import { Button } from "@mantine/core";
import { useCallback, useEffect } from "react";

import { t } from "../i18n";
import { LinkButton } from "../ui/LinkButton";
import { EmptyState } from "../ui/Notes";
import { Icon } from "../ui/icons";
import { useSession, useStatus, useWorkplace } from "./desk";
import { DraftLayer } from "./drafts/DraftLayer";
import { Notices } from "./Notices";
import { imageSource } from "./task/useImage";
import { CanvasMenu } from "./objects/CanvasMenu";
import { ReviewLayers } from "./review/Layers";
import { TogetherLayer } from "./together/TogetherLayer";
import type { Flow } from "./useFlow";
import { TouchBar } from "./view/TouchBar";
import classes from "./stage.module.css";

/** The picture with what lies over it; nothing here changes its size. */
export function Stage({ flow }: { flow: Flow }) {
  useNamedHost();
  return (
    <div className={classes.stageBox}>
      <CanvasPlace />
      <ReviewLayers />
      <DraftLayer />
      <TogetherLayer />
      <CanvasMenu />
      <Notices flow={flow} />
      <div className={classes.below}>
        <TouchBar />
        <MaskFailure />
        <ImageFailure />
      </div>
      {flow.done === null ? null : <Done message={flow.done} />}
    </div>
  );
}

/** Where the canvas lies. */
function CanvasPlace() {
  const { host } = useWorkplace();
  const attach = useCallback(
    (place: HTMLDivElement) => {
      place.append(host);
      return () => host.remove();
    },
    [host],
  );
  return <div ref={attach} className={classes.stageBox} />;
}

/** Names the canvas after the photograph and gives it the keyboard once, when the photograph is there. */
function useNamedHost(): void {
  const { host } = useWorkplace();
  const name = useSession().task?.image.name;
  const ready = useStatus((status) => status.image === "ready");
  useEffect(() => {
    if (name !== undefined) host.setAttribute("aria-label", t("workspace.image", { name }));
  }, [host, name]);
  useEffect(() => {
    const nothingFocused = document.activeElement === null || document.activeElement === document.body;
    if (ready && nothingFocused) host.focus({ preventScroll: true });
  }, [host, ready]);
}

function MaskFailure() {
  const { engine } = useWorkplace();
  const failure = useStatus((status) => status.failure);
  if (failure === null) return null;
  return (
    <div role="alert" className={classes.failure}>
      <Icon name="alert" />
      <span>{failure.message}</span>
      <Button size="compact-sm" onClick={() => engine.retry()}>
        {t("action.tryAgain")}
      </Button>
      <Button size="compact-sm" variant="subtle" color="gray" onClick={() => engine.redoClicks()}>
        {t("workspace.dropPoints")}
      </Button>
    </div>
  );
}

function ImageFailure() {
  const { engine } = useWorkplace();
  const failed = useStatus((status) => status.image === "failed");
  const image = useSession().task?.image;
  if (!failed || image === undefined) return null;
  const source = imageSource(image);
  return (
    <div role="alert" className={classes.failure}>
      <Icon name="alert" />
      <span>{t("workspace.notice.imageFailed")}</span>
      <Button size="compact-sm" onClick={() => void engine.loadImage(source).catch(() => undefined)}>
        {t("action.tryAgain")}
      </Button>
    </div>
  );
}

function Done({ message }: { message: string }) {
  const { project } = useWorkplace();
  const back = (
    <LinkButton to="/p/$projectId" params={{ projectId: String(project.id) }}>
      {t("workspace.done.back")}
    </LinkButton>
  );
  return (
    <div className={classes.done} role="status">
      <EmptyState icon="check" title={t("workspace.done.title")} action={back}>
        {message}
      </EmptyState>
    </div>
  );
}
