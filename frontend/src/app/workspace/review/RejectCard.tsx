import { Button } from "@mantine/core";
import { useEffect, useRef, useState, type KeyboardEvent, type SyntheticEvent } from "react";

import type { ObjectRecord } from "../../../engine";
import { t } from "../../i18n";
import { nameOf } from "../comments/useComments";
import { useObjects, useWorkplace } from "../desk";
import { Key } from "../Keys";
import over from "../over/over.module.css";
import { useBeside } from "../over/useGround";
import { judgeAndGoOn } from "./judging";
import classes from "./review.module.css";
import { useReview } from "./useReview";
import { REASONS, rejection, type Reason } from "./verdicts";

/** Why an object is rejected: chips with number keys, and words of one's own. Enter rejects, Escape does not. */
export function RejectCard({ object }: { object: ObjectRecord }) {
  const [x = 0, y = 0, width = 0] = object.bbox;
  const card = useBeside(x + width, y);
  const name = useName(object);
  const first = useFirstFocus();
  const { reasons, toggle, text, setText, leave, send } = useRejection(object.id);
  const key = (event: KeyboardEvent): void => {
    if (event.key === "Escape") leave(event);
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing && !onButton(event)) send(event);
    if (event.target instanceof HTMLTextAreaElement || event.ctrlKey || event.metaKey || event.altKey) return;
    const reason = /^[1-5]$/.test(event.key) ? REASONS[Number(event.key) - 1] : undefined;
    if (reason !== undefined) toggle(reason);
  };
  return (
    <div ref={card} role="dialog" aria-label={t("review.rejectName", { name })} className={over.card} onKeyDown={key}>
      <form className={classes.reject} onSubmit={send}>
        <p className={classes.rejectTitle}>{t("review.rejectName", { name })}</p>
        <Reasons chosen={reasons} onToggle={toggle} first={first} />
        <textarea
          className={classes.words}
          aria-label={t("review.words")}
          placeholder={t("review.words")}
          value={text}
          rows={2}
          maxLength={1000}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <div className={classes.buttons}>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={leave}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" size="compact-sm">
            {t("review.reject")}
          </Button>
        </div>
      </form>
    </div>
  );
}

/** The reasons as they are chosen; an object that was rejected before begins with those. */
function useRejection(id: string) {
  const workplace = useWorkplace();
  const { desk } = useReview();
  const [reasons, setReasons] = useState<readonly Reason[]>(() => desk.of(id).reasons);
  const [text, setText] = useState(() => desk.of(id).text);
  const done = (event: SyntheticEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    workplace.host.focus({ preventScroll: true });
  };
  return {
    reasons,
    text,
    setText,
    toggle: (reason: Reason) =>
      setReasons((now) => (now.includes(reason) ? now.filter((each) => each !== reason) : [...now, reason])),
    leave: (event: SyntheticEvent) => {
      done(event);
      desk.choose(null);
    },
    send: (event: SyntheticEvent) => {
      done(event);
      judgeAndGoOn(workplace, id, rejection(reasons, text));
    },
  };
}

/** Enter on "Cancel" cancels; on a chip it rejects, for Space toggles chips. */
function onButton({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLButtonElement && target.dataset["reason"] === undefined;
}

interface ReasonsProps {
  chosen: readonly Reason[];
  onToggle: (reason: Reason) => void;
  first: React.RefObject<HTMLButtonElement | null>;
}

function Reasons({ chosen, onToggle, first }: ReasonsProps) {
  return (
    <div role="group" aria-label={t("review.reasons")} className={classes.chips}>
      {REASONS.map((reason, index) => (
        <button
          key={reason}
          ref={index === 0 ? first : null}
          type="button"
          className={classes.chip}
          data-reason={reason}
          aria-pressed={chosen.includes(reason)}
          aria-keyshortcuts={String(index + 1)}
          onClick={() => onToggle(reason)}
        >
          <span aria-hidden="true">
            <Key>{index + 1}</Key>
          </span>
          {t(`review.reason.${reason}`)}
        </button>
      ))}
    </div>
  );
}

function useFirstFocus() {
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus({ preventScroll: true }), []);
  return first;
}

function useName(object: ObjectRecord): string {
  const { project } = useWorkplace();
  return nameOf(object, useObjects().indexOf(object), project.labels);
}
