import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";

import { CommandKey, useShortcut } from "../../commands/CommandKeys";
import { t, tn } from "../../i18n";
import { Icon } from "../../ui/icons";
import { nameOf } from "../comments/useComments";
import { useObjects, useSession, useStatus, useWorkplace } from "../desk";
import { TextWithKeys } from "../Keys";
import { goTo, goToRejected, judgeAndGoOn, reveal, whyNotJudge } from "./judging";
import classes from "./review.module.css";
import { usePart, useReview } from "./useReview";
import { useComparing, wish } from "./useDifference";
import { ACCEPTED, NOTHING_SAID, reasonText, type Heard, type Verdict } from "./verdicts";
import { Mark } from "./VerdictMark";

/** What a reviewer does here, or what an annotator has to mend; nothing for others. */
export function ReviewPanel() {
  const part = usePart();
  const { task, review } = useSession();
  const { state } = useReview();
  useKeyboardView(part === "judge");
  useSelectTool(part === "judge");
  if (task === null) return null;
  const rejected = [...state.said.values()].filter(({ verdict }) => verdict === "rejected").length;
  if (part === "judge") return <Judging />;
  return task.state === "changes_requested" && (review !== null || rejected > 0) ? <SentBack /> : null;
}

function Judging() {
  const { state } = useReview();
  const objects = useObjects();
  const looked = objects.filter(({ id }) => state.said.has(id)).length;
  return (
    <section className={classes.panel} aria-labelledby="workspace-review">
      <h2 id="workspace-review" className={classes.title}>
        {t("review.title")}
        <span className={classes.count}>{t("review.looked", { looked, total: objects.length })}</span>
      </h2>
      <progress className={classes.progress} max={Math.max(1, objects.length)} value={looked} aria-label={t("review.progress")} />
      <Selected />
      <Problem />
    </section>
  );
}

/** The selected object with what can be said of it; without one, what the keys do. */
function Selected() {
  const { project, me } = useWorkplace();
  const { desk, state } = useReview();
  const objects = useObjects();
  const selection = useStatus((status) => status.selection);
  const index = objects.findIndex(({ id }) => id === selection);
  const object = objects[index];
  if (object === undefined) return <NothingSelected />;
  const heard = state.said.get(object.id) ?? null;
  return (
    <div className={classes.selected}>
      <p className={classes.name}>{nameOf(object, index, project.labels)}</p>
      <p className={classes.verdict}>
        {heard === null ? t("review.said.none") : <Mark heard={heard} />}
        {heard === null ? null : <span title={verdictSentence(heard, me.username)}>{verdictSentence(heard, me.username)}</span>}
        {heard === null ? null : (
          <button type="button" className={classes.link} onClick={() => void desk.judge(object.id, NOTHING_SAID)}>
            {t("review.takeBack")}
          </button>
        )}
      </p>
      <Choices id={object.id} verdict={heard?.verdict ?? "none"} />
    </div>
  );
}

function Choices({ id, verdict }: { id: string; verdict: Verdict }) {
  const workplace = useWorkplace();
  const { desk } = useReview();
  const comparing = useComparing();
  const unlessHindered = (run: () => void) => (): void => {
    const hindered = whyNotJudge(workplace);
    if (hindered === null) run();
    else desk.tell(hindered);
  };
  const accept = unlessHindered(() => judgeAndGoOn(workplace, id, ACCEPTED));
  const reject = unlessHindered(() => desk.choose(id));
  const compare = (): void => wish.set(comparing === "off" ? "tint" : "off");
  return (
    <div className={classes.buttons}>
      <CommandButton command="review.accept" chosen={verdict === "accepted"} onClick={accept}>
        {t("review.accept")}
      </CommandButton>
      <CommandButton command="review.reject" chosen={verdict === "rejected"} onClick={reject}>
        {t("review.reject")}
      </CommandButton>
      <CommandButton command="review.compare" chosen={comparing !== "off"} onClick={compare}>
        {t("review.compare")}
      </CommandButton>
    </div>
  );
}

interface CommandButtonProps {
  command: string;
  chosen?: boolean;
  onClick: () => void;
  children: string;
}

/** A small button that shows the key which does the same. */
function CommandButton({ command, chosen, onClick, children }: CommandButtonProps) {
  const { aria } = useShortcut(command);
  const look = chosen === true ? "light" : "default";
  return (
    <Button size="compact-xs" variant={look} aria-pressed={chosen} aria-keyshortcuts={aria} onClick={onClick}>
      {children}
      <span aria-hidden="true" className={classes.shortcut}>
        <CommandKey of={command} />
      </span>
    </Button>
  );
}

/** Who said it is told of others only. */
function verdictSentence(heard: Heard, me: string): string {
  const by = heard.by === null || heard.by === me ? "" : ` · ${heard.by}`;
  if (heard.verdict === "accepted") return `${t("review.said.accepted")}${by}`;
  const why = reasonText(heard);
  return `${why === "" ? t("review.said.rejected") : why}${by}`;
}

function NothingSelected() {
  const { state } = useReview();
  const objects = useObjects();
  const rejected = [...state.said.values()].filter(({ verdict }) => verdict === "rejected").length;
  const text =
    rejected > 0
      ? tn("review.sendBack", rejected)
      : t(state.said.size > 0 && state.said.size === objects.length ? "review.allLooked" : "review.begin");
  return (
    <p className={classes.hint}>
      <TextWithKeys text={text} />
    </p>
  );
}

function Problem() {
  const { state } = useReview();
  if (state.problem === null) return null;
  return (
    <p role="alert" className={classes.problem}>
      <Icon name="alert" size={0.9375} />
      {state.problem}
    </p>
  );
}

/** The rejected objects of a task that came back, one after the other. */
function SentBack() {
  const workplace = useWorkplace();
  const { review } = useSession();
  const { state } = useReview();
  const objects = useObjects();
  const selection = useStatus((status) => status.selection);
  const rejected = objects
    .map((object, index) => ({ object, index, heard: state.said.get(object.id) }))
    .filter(({ heard }) => heard?.verdict === "rejected");
  return (
    <section className={classes.panel} aria-labelledby="workspace-review">
      <h2 id="workspace-review" className={classes.title}>
        {review === null ? t("review.sentBackTitle") : t("review.sentBackBy", { name: review.reviewer.username })}
      </h2>
      {review === null || review.comment === "" ? null : <p className={classes.comment}>{review.comment}</p>}
      {rejected.length === 0 ? (
        <p className={classes.mended}>{t("review.allMended")}</p>
      ) : (
        <ul className={classes.rejected}>
          {rejected.map(({ object, index, heard }) => (
            <li key={object.id}>
              <button type="button" className={classes.rejectedRow} aria-pressed={object.id === selection} onClick={() => goTo(workplace, object.id)}>
                {heard === undefined ? null : <Mark heard={heard} />}
                <span>
                  <strong>{nameOf(object, index, workplace.project.labels)}</strong>
                  <span>{heard === undefined ? "" : reasonText(heard) || t("review.said.rejected")}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {rejected.length > 0 ? (
        <CommandButton command="review.nextRejected" onClick={() => void goToRejected(workplace)}>
          {tn("review.nextRejected", rejected.length)}
        </CommandButton>
      ) : null}
    </section>
  );
}

/** Reviewing begins with the tool that selects: the arrow keys go from object to object. */
function useSelectTool(judges: boolean): void {
  const { engine } = useWorkplace();
  const begun = useRef(false);
  useEffect(() => {
    if (!judges || begun.current) return;
    begun.current = true;
    engine.setTool("select");
  }, [judges, engine]);
}

/** What is selected by keys comes into view; what is pressed on the picture is in view already. */
function useKeyboardView(judges: boolean): void {
  const { engine } = useWorkplace();
  const selection = useStatus((status) => status.selection);
  const byKeys = useRef(false);
  useEffect(() => {
    const pressed = (): void => void (byKeys.current = false);
    const typed = (): void => void (byKeys.current = true);
    window.addEventListener("pointerdown", pressed, { capture: true });
    window.addEventListener("keydown", typed, { capture: true });
    return () => {
      window.removeEventListener("pointerdown", pressed, { capture: true });
      window.removeEventListener("keydown", typed, { capture: true });
    };
  }, []);
  useEffect(() => {
    if (judges && byKeys.current && selection !== null) reveal(engine, selection);
  }, [judges, engine, selection]);
}
