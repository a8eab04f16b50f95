import { useState } from "react";

import { imagePoint } from "../../../engine";
import { CommandKey, useShortcut } from "../../commands/CommandKeys";
import { formatAgo, formatCount } from "../../data/format";
import { useNow } from "../../data/useNow";
import { t, tn } from "../../i18n";
import { Icon } from "../../ui/icons";
import { Avatar } from "../../ui/People";
import { useWorkplace } from "../desk";
import { snippet } from "./CommentLayer";
import classes from "./commentPanel.module.css";
import shared from "./comments.module.css";
import { NEW } from "./store";
import { newestIn, shownIn, unreadIn, type Thread } from "./threads";
import { useComments, useMayComment, useObjectName } from "./useComments";

const WRITE = "comment.write";

/** The threads of the image: those that wait, and on request the resolved ones. */
export function CommentPanel() {
  const { store, state } = useComments();
  const [wanted, setWanted] = useState<boolean | null>(null);
  const mayComment = useMayComment();
  const waiting = state.threads.filter((thread) => !thread.resolved);
  const resolved = state.threads.filter((thread) => thread.resolved);
  const unfolded = wanted ?? state.threads.length > 0;
  const listed = state.showsResolved ? resolved : waiting;
  return (
    <section className={classes.panel} aria-labelledby="workspace-comments">
      <div className={classes.panelHead}>
        <h2 id="workspace-comments">
          <button type="button" className={classes.fold} aria-expanded={unfolded} onClick={() => setWanted(!unfolded)}>
            <span className={classes.foldMark} aria-hidden="true">
              <Icon name="chevronRight" size={0.8125} />
            </span>
            {t("comments.title")}
            <Waiting waiting={waiting} />
          </button>
        </h2>
        {mayComment ? <Add /> : null}
      </div>
      {unfolded ? (
        <>
          {resolved.length > 0 ? (
            <Choice resolved={resolved.length} waiting={waiting.length} shown={state.showsResolved} onChange={(flag) => store.showResolved(flag)} />
          ) : null}
          <Unsent />
          {listed.length === 0 ? <p className={classes.empty}>{t(mayComment ? "comments.none" : "comments.noneRead")}</p> : null}
          <ul className={classes.rows}>
            {[...listed].sort((a, b) => newestIn(b) - newestIn(a)).map((thread) => (
              <ThreadRow key={thread.id} thread={thread} />
            ))}
          </ul>
        </>
      ) : null}
    </section>
  );
}

/** How many threads wait for an answer, and how many of their comments are new to this person. */
function Waiting({ waiting }: { waiting: readonly Thread[] }) {
  const { store } = useComments();
  const { me } = useWorkplace();
  const unread = waiting.reduce((sum, thread) => sum + unreadIn(thread, store.seen.of(thread.id), me), 0);
  if (waiting.length === 0) return null;
  return (
    <>
      <span className={classes.count}>
        <span aria-hidden="true">{formatCount(waiting.length)}</span>
        <span className="visually-hidden">{tn("comments.waiting", waiting.length)}</span>
      </span>
      {unread === 0 ? null : <span className={classes.unread}>{tn("comments.unread", unread)}</span>}
    </>
  );
}

function Add() {
  const { store, state } = useComments();
  const { aria } = useShortcut(WRITE);
  const placing = state.doing.kind === "placing";
  return (
    <button
      type="button"
      className={shared.textButton}
      aria-keyshortcuts={aria}
      aria-pressed={placing}
      onClick={() => (placing ? store.close() : store.place())}
    >
      <span>
        {t("comments.add")}
        <span className="visually-hidden"> {t("comments.addWhat")}</span>
      </span>
      <span aria-hidden="true">
        <CommandKey of={WRITE} />
      </span>
    </button>
  );
}

interface ChoiceProps {
  waiting: number;
  resolved: number;
  shown: boolean;
  onChange: (resolved: boolean) => void;
}

function Choice({ waiting, resolved, shown, onChange }: ChoiceProps) {
  return (
    <div role="group" aria-label={t("comments.which")} className={classes.choice}>
      <button type="button" aria-pressed={!shown} onClick={() => onChange(false)}>
        {t("comments.open", { count: waiting })}
      </button>
      <button type="button" aria-pressed={shown} onClick={() => onChange(true)}>
        {t("comments.resolved", { count: resolved })}
      </button>
    </div>
  );
}

/** Words that were written and not sent, perhaps before a reload. */
function Unsent() {
  const { store, state } = useComments();
  const draft = store.drafts.get(NEW);
  if (state.doing.kind === "writing" || draft === null || draft.text.trim() === "" || draft.spot === null) return null;
  const { spot } = draft;
  return (
    <button type="button" className={classes.unsent} onClick={() => store.writeAt(spot)}>
      {t("comments.goOn", { text: snippet(draft.text) })}
    </button>
  );
}

function ThreadRow({ thread }: { thread: Thread }) {
  const { store, state } = useComments();
  const { engine, me } = useWorkplace();
  const now = useNow();
  const about = useObjectName(thread.first.annotation_id);
  const said = shownIn(thread);
  const unread = unreadIn(thread, store.seen.of(thread.id), me);
  const open = state.doing.kind === "reading" && state.doing.threadId === thread.id;
  const go = (): void => {
    engine.view.reveal(imagePoint(thread.first.x ?? 0, thread.first.y ?? 0));
    store.read(thread.id);
  };
  const last = said.at(-1);
  return (
    <li>
      <button type="button" className={classes.row} aria-pressed={open} data-unread={unread > 0} onClick={go}>
        <Avatar user={thread.first.author} size={1.375} />
        <span className={classes.rowBody}>
          <span className={classes.rowText}>{said[0]?.text ?? ""}</span>
          <span className={classes.rowFacts}>
            {thread.first.author.username} · {formatAgo(last?.created_at ?? thread.first.created_at, now)}
            {about === null ? "" : ` · ${about.name}`}
            {said.length > 1 ? ` · ${tn("comments.replies", said.length - 1)}` : ""}
          </span>
        </span>
        {unread > 0 ? <span className={classes.dot} role="img" aria-label={tn("comments.unread", unread)} /> : null}
      </button>
    </li>
  );
}
