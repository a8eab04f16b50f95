import { useEffect, useRef, type KeyboardEvent } from "react";

import { t } from "../../i18n";
import { Icon } from "../../ui/icons";
import { useWorkplace } from "../desk";
import over from "../over/over.module.css";
import { useBeside } from "../over/useGround";
import { CommentForm } from "./CommentForm";
import classes from "./comments.module.css";
import { NEW, replyTo } from "./store";
import { Words } from "./Words";
import type { Spot } from "./memory";
import { shownIn, type Thread } from "./threads";
import { useComments, useMayComment, useObjectName } from "./useComments";
import { ResolveButton } from "./ResolveButton";

/** Closes with Escape and gives the keyboard back to the picture. */
function useClosing() {
  const { store } = useComments();
  const { host } = useWorkplace();
  const close = (): void => {
    store.close();
    host.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  return { close, onKeyDown };
}

function CloseButton({ onClick }: { onClick: () => void }) {
  return (
    <button type="button" className={classes.iconButton} aria-label={t("comments.close")} onClick={onClick}>
      <Icon name="close" size={0.9375} />
    </button>
  );
}

/** A thread beside its pin: what was said, and a field to answer. */
export function ThreadCard({ thread }: { thread: Thread }) {
  const { store } = useComments();
  const { close, onKeyDown } = useClosing();
  const mayComment = useMayComment();
  const about = useObjectName(thread.first.annotation_id);
  const card = useBeside(thread.first.x ?? 0, thread.first.y ?? 0);
  const list = useEndInView(thread);
  useFocusOnce(card, mayComment);
  const key = replyTo(thread.id);
  return (
    <div ref={card} role="dialog" aria-label={t("comments.thread", { name: thread.first.author.username })} tabIndex={-1} className={over.card} onKeyDown={onKeyDown}>
      <div className={classes.cardHead}>
        <About about={about} />
        {mayComment ? <ResolveButton thread={thread} /> : null}
        <CloseButton onClick={close} />
      </div>
      <ul ref={list} className={classes.words}>
        {shownIn(thread).map((comment) => (
          <Words key={comment.id} comment={comment} />
        ))}
      </ul>
      {mayComment ? (
        <CommentForm
          key={key}
          label={t("comments.reply")}
          action={t("comments.send")}
          initial={store.drafts.get(key)?.text ?? ""}
          autoFocus
          onDraft={(text) => store.drafts.write(key, text)}
          onSend={() => store.send(key)}
        />
      ) : null}
    </div>
  );
}

/** A card in which a new comment is written. */
export function NewCommentCard({ spot }: { spot: Spot }) {
  const { store } = useComments();
  const { engine, session } = useWorkplace();
  const { close, onKeyDown } = useClosing();
  const card = useBeside(spot.x, spot.y);
  const about = useObjectName(spot.objectId === null ? null : (session.annotation(spot.objectId)?.id ?? null));
  const detach = (): void => store.writeAt({ ...spot, objectId: null });
  const draft = (text: string): void => {
    store.drafts.write(NEW, text, spot);
  };
  return (
    <div ref={card} role="dialog" aria-label={t("comments.new")} className={over.card} onKeyDown={onKeyDown}>
      <div className={classes.cardHead}>
        <About about={about} onSelect={(id) => engine.select(id)} />
        {about === null ? null : (
          <button type="button" className={classes.textButton} onClick={detach}>
            {t("comments.detach")}
          </button>
        )}
        <CloseButton onClick={close} />
      </div>
      <CommentForm
        label={t("comments.words")}
        action={t("comments.send")}
        initial={store.drafts.get(NEW)?.text ?? ""}
        autoFocus
        onDraft={draft}
        onSend={() => store.send(NEW)}
        onCancel={() => {
          store.drafts.drop(NEW);
          close();
        }}
      />
    </div>
  );
}

interface AboutProps {
  about: { readonly name: string; readonly id: string } | null;
  onSelect?: (id: string) => void;
}

/** What a thread is about; an object's name selects it. */
function About({ about, onSelect }: AboutProps) {
  const { engine } = useWorkplace();
  if (about === null) return <span className={classes.about}>{t("comments.aboutSpot")}</span>;
  const select = onSelect ?? ((id: string) => engine.select(id));
  return (
    <span className={classes.about}>
      <button type="button" className={classes.textButton} onClick={() => select(about.id)}>
        {about.name}
      </button>
    </span>
  );
}

/** The newest words stay in view. */
function useEndInView(thread: Thread) {
  const list = useRef<HTMLUListElement>(null);
  const count = thread.replies.length;
  useEffect(() => {
    const element = list.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  }, [count, thread.id]);
  return list;
}

/** Who cannot answer still gets the keyboard into the card, to read it and to leave it by Escape. */
function useFocusOnce(card: ReturnType<typeof useBeside>, mayComment: boolean): void {
  useEffect(() => {
    if (!mayComment) card.current?.focus({ preventScroll: true });
  }, [card, mayComment]);
}
