import { useEffect } from "react";

import { initials } from "../../data/format";
import { t, tn } from "../../i18n";
import { useSession, useStatus, useWorkplace } from "../desk";
import { isUnfinished } from "../flow";
import { TextWithKeys } from "../Keys";
import over from "../over/over.module.css";
import { useGround } from "../over/useGround";
import { useWheelThrough } from "../over/useWheelThrough";
import classes from "./comments.module.css";
import { NewCommentCard, ThreadCard } from "./ThreadCard";
import { listenForSpot, spotAt } from "./placing";
import type { CommentsState } from "./store";
import { shownIn, type Thread } from "./threads";
import { useComments, useUnread } from "./useComments";

/** Comments over the picture: their pins, the open thread, and the choice of a spot. */
export function CommentLayer() {
  const { state } = useComments();
  const busy = useStatus(isUnfinished);
  const layer = useWheelThrough();
  usePlacing(state);
  const ground = useGround();
  const { doing } = state;
  const open = doing.kind === "reading" ? state.threads.find(({ id }) => id === doing.threadId) : undefined;
  const shown = state.threads.filter((thread) => !thread.resolved || state.showsResolved || thread === open);
  return (
    <div ref={layer} className={over.over} data-part="comments">
      <div ref={ground} className={over.ground} data-busy={busy || doing.kind === "placing"}>
        {shown.map((thread) => (
          <div key={thread.id} className={classes.spot} data-x={thread.first.x ?? 0} data-y={thread.first.y ?? 0}>
            <Pin thread={thread} open={thread === open} />
          </div>
        ))}
        {doing.kind === "writing" ? (
          <div className={classes.spot} data-x={doing.spot.x} data-y={doing.spot.y}>
            <span className={classes.pin} data-new="true">
              +
            </span>
          </div>
        ) : null}
      </div>
      {doing.kind === "placing" ? (
        <div role="status" className={over.banner}>
          <TextWithKeys text={t("comments.placing")} />
        </div>
      ) : null}
      {open === undefined ? null : <ThreadCard key={open.id} thread={open} />}
      {doing.kind === "writing" ? <NewCommentCard spot={doing.spot} /> : null}
      <Arrival state={state} />
    </div>
  );
}

function Pin({ thread, open }: { thread: Thread; open: boolean }) {
  const { store } = useComments();
  const unread = useUnread(thread);
  const { author } = thread.first;
  return (
    <button
      type="button"
      className={classes.pin}
      aria-label={pinName(thread, unread)}
      aria-expanded={open}
      data-unread={unread > 0}
      data-resolved={thread.resolved}
      onClick={() => (open ? store.close() : store.read(thread.id))}
    >
      {initials(author.username)}
    </button>
  );
}

const SNIPPET = 60;

export function pinName(thread: Thread, unread: number): string {
  const words = shownIn(thread);
  const first = words[0];
  const parts = [t("comments.pin", { name: thread.first.author.username, text: snippet(first?.text ?? "") })];
  if (words.length > 1) parts.push(tn("comments.replies", words.length - 1));
  if (unread > 0) parts.push(tn("comments.unread", unread));
  if (thread.resolved) parts.push(t("comments.isResolved"));
  return parts.join(", ");
}

export function snippet(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= SNIPPET ? line : `${line.slice(0, SNIPPET - 1).trimEnd()}…`;
}

/** While a spot is chosen, the next press on the picture is it; wheel, keys and the other buttons go on as before. */
function usePlacing({ doing }: CommentsState): void {
  const { engine, host } = useWorkplace();
  const { store } = useComments();
  const image = useSession().task?.image;
  const placing = doing.kind === "placing";
  useEffect(() => {
    if (!placing || image === undefined) return undefined;
    return listenForSpot(host, (at) => {
      const spot = spotAt(engine, engine.view.imageOf(at), image);
      if (spot !== null) store.writeAt(spot);
    });
  }, [placing, image, engine, host, store]);
}

/** Says aloud that somebody has written. */
function Arrival({ state }: { state: CommentsState }) {
  const { latest } = state;
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {latest === null ? "" : t("comments.arrived", { name: latest.author.username, text: snippet(latest.text) })}
    </div>
  );
}
