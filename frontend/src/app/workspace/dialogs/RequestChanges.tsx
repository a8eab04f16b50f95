import { Button, Chip, Modal, Textarea } from "@mantine/core";
import { useState, type FormEvent, type KeyboardEvent } from "react";

import { t, tn } from "../../i18n";
import { nameOf } from "../comments/useComments";
import { useObjects, useSession, useWorkplace } from "../desk";
import { useReview } from "../review/useReview";
import { reasonText } from "../review/verdicts";
import { REASONS, requestComment, type Reason, type Rejection } from "./requestComment";
import classes from "./dialogs.module.css";

interface RequestChangesProps {
  opened: boolean;
  onClose: () => void;
  onSend: (comment: string) => void;
}

/** Sends a task back with reasons and a comment. */
export function RequestChanges({ opened, onClose, onSend }: RequestChangesProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={t("workspace.changes.title")} size="32rem">
      <ChangesForm onClose={onClose} onSend={onSend} />
    </Modal>
  );
}

function ChangesForm({ onClose, onSend }: Omit<RequestChangesProps, "opened">) {
  const [reasons, setReasons] = useState<Reason[]>([]);
  const [text, setText] = useState("");
  const rejections = useRejections();
  const comment = requestComment(reasons, text, rejections);
  const send = (event: FormEvent | KeyboardEvent): void => {
    event.preventDefault();
    if (comment === "") return;
    onClose();
    onSend(comment);
  };
  const sendByKey = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) send(event);
  };
  return (
    <form onSubmit={send} onKeyDown={sendByKey} className={classes.form}>
      <Intro />
      <Rejections rejections={rejections} />
      <Reasons value={reasons} onChange={setReasons} />
      <Textarea
        label={t("workspace.changes.comment")}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        autosize
        minRows={3}
        maxRows={10}
        maxLength={4000}
        data-autofocus
      />
      <div className={classes.buttons}>
        <Button variant="default" onClick={onClose}>
          {t("action.cancel")}
        </Button>
        <Button type="submit" disabled={comment === ""}>
          {t("workspace.changes.send")}
        </Button>
      </div>
    </form>
  );
}

function Reasons({ value, onChange }: { value: Reason[]; onChange: (value: Reason[]) => void }) {
  return (
    <Chip.Group multiple value={value} onChange={onChange}>
      <div role="group" aria-label={t("workspace.changes.reasons")} className={classes.chips}>
        {REASONS.map((reason) => (
          <Chip key={reason} value={reason} size="sm">
            {t(`workspace.changes.${reason}`)}
          </Chip>
        ))}
      </div>
    </Chip.Group>
  );
}

function Intro() {
  const author = useSession().task?.submitted_by?.username;
  return <p>{author === undefined ? t("workspace.changes.introNobody") : t("workspace.changes.intro", { name: author })}</p>;
}

/** The objects that were rejected, with what was said of them. */
function useRejections(): readonly Rejection[] {
  const { project } = useWorkplace();
  const { state } = useReview();
  const rejected = useObjects().map((object, index) => {
    const heard = state.said.get(object.id);
    return heard?.verdict === "rejected" ? { name: nameOf(object, index, project.labels), why: reasonText(heard) } : null;
  });
  return rejected.filter((rejection) => rejection !== null);
}

function Rejections({ rejections }: { rejections: readonly Rejection[] }) {
  if (rejections.length === 0) return null;
  return (
    <div className={classes.rejections}>
      <p>{tn("review.changes.rejected", rejections.length)}</p>
      <ul>
        {rejections.map(({ name, why }) => (
          <li key={name}>
            <strong>{name}</strong> {why}
          </li>
        ))}
      </ul>
    </div>
  );
}
