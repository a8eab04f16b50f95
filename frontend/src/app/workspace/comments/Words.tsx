import { Button } from "@mantine/core";
import { useState } from "react";

import type { Comment } from "../../../api/types";
import { describeError } from "../../data/describeError";
import { formatAgo, formatDateTime } from "../../data/format";
import { useNow } from "../../data/useNow";
import { t } from "../../i18n";
import { Icon } from "../../ui/icons";
import { Avatar } from "../../ui/People";
import { useWorkplace } from "../desk";
import { CommentForm } from "./CommentForm";
import classes from "./comments.module.css";
import { canChange } from "./threads";
import { useComments } from "./useComments";

type Doing = "reading" | "editing" | "deleting";

/** One comment; its author may change or delete it for a while. */
export function Words({ comment }: { comment: Comment }) {
  const { me } = useWorkplace();
  const now = useNow();
  const [doing, setDoing] = useState<Doing>("reading");
  const read = (): void => setDoing("reading");
  if (doing === "editing") return <Editing comment={comment} onDone={read} />;
  return (
    <li className={classes.said}>
      <Avatar user={comment.author} size={1.5} />
      <div className={classes.saidBody}>
        <p className={classes.saidBy}>
          <strong>{comment.author.username}</strong>
          <time dateTime={comment.created_at} title={formatDateTime(comment.created_at)}>
            {formatAgo(comment.created_at, now)}
          </time>
          {comment.edited_at === null ? null : <span>{t("comments.edited")}</span>}
          {canChange(comment, me, now) && doing === "reading" ? <Own onChoose={setDoing} /> : null}
        </p>
        <p className={classes.text}>{comment.text}</p>
        {doing === "deleting" ? <Deleting comment={comment} onKeep={read} /> : null}
      </div>
    </li>
  );
}

function Editing({ comment, onDone }: { comment: Comment; onDone: () => void }) {
  const { store } = useComments();
  const send = async (text: string): Promise<void> => {
    await store.changeText(comment, text);
    onDone();
  };
  return (
    <li className={classes.editing}>
      <CommentForm label={t("comments.words")} action={t("comments.save")} initial={comment.text} autoFocus onSend={send} onCancel={onDone} />
    </li>
  );
}

function Own({ onChoose }: { onChoose: (doing: Doing) => void }) {
  return (
    <span className={classes.own}>
      <button type="button" className={classes.iconButton} aria-label={t("comments.edit")} onClick={() => onChoose("editing")}>
        <Icon name="edit" size={0.875} />
      </button>
      <button type="button" className={classes.iconButton} aria-label={t("comments.delete")} onClick={() => onChoose("deleting")}>
        <Icon name="trash" size={0.875} />
      </button>
    </span>
  );
}

/** Deleted words are gone for good, so one more press is asked for. */
function Deleting({ comment, onKeep }: { comment: Comment; onKeep: () => void }) {
  const { store } = useComments();
  const [problem, setProblem] = useState<string | null>(null);
  const remove = (): void => {
    store.remove(comment).catch((error: unknown) => setProblem(describeError(error)));
  };
  return (
    <div className={classes.deleting}>
      <span role={problem === null ? undefined : "alert"}>{problem ?? t("comments.deleteWhat")}</span>
      <Button size="compact-xs" color="red" variant="light" onClick={remove}>
        {t("comments.deleteNow")}
      </Button>
      <Button size="compact-xs" variant="default" onClick={onKeep} autoFocus>
        {t("comments.keep")}
      </Button>
    </div>
  );
}
