import { Button } from "@mantine/core";
import { useId, useState, type FormEvent, type KeyboardEvent } from "react";

import { describeError } from "../../data/describeError";
import { t } from "../../i18n";
import classes from "./comments.module.css";

interface CommentFormProps {
  label: string;
  action: string;
  initial: string;
  autoFocus?: boolean;
  /** Called with every change, so that nothing written is lost. */
  onDraft?: (text: string) => void;
  /** Throws when the words could not be sent; they stay in the field then. */
  onSend: (text: string) => Promise<void>;
  onCancel?: () => void;
}

/** A field for the words of a comment. Enter sends, Shift and Enter begin a new line. */
export function CommentForm({ label, action, initial, autoFocus = false, onDraft, onSend, onCancel }: CommentFormProps) {
  const [text, setText] = useState(initial);
  const { send, busy, problem } = useSend(onSend, () => setText(""));
  const hint = useId();
  const write = (words: string): void => {
    setText(words);
    onDraft?.(words);
  };
  const submit = (event: FormEvent | KeyboardEvent): void => {
    event.preventDefault();
    void send(text);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <textarea
        className={classes.field}
        aria-label={label}
        aria-describedby={hint}
        placeholder={label}
        value={text}
        rows={2}
        maxLength={4000}
        autoFocus={autoFocus}
        onChange={(event) => write(event.currentTarget.value)}
        onKeyDown={key}
      />
      <Foot hint={hint} action={action} busy={busy} empty={text.trim() === ""} problem={problem} onCancel={onCancel} />
    </form>
  );
}

interface FootProps {
  hint: string;
  action: string;
  busy: boolean;
  empty: boolean;
  problem: string | null;
  onCancel: (() => void) | undefined;
}

function Foot({ hint, action, busy, empty, problem, onCancel }: FootProps) {
  return (
    <>
      {problem === null ? null : (
        <p role="alert" className={classes.problem}>
          {t("comments.unsent", { reason: problem })}
        </p>
      )}
      <div className={classes.formFoot}>
        <span id={hint} className={classes.formHint}>
          {t("comments.enterSends")}
        </span>
        {onCancel === undefined ? null : (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={onCancel}>
            {t("action.cancel")}
          </Button>
        )}
        <Button type="submit" size="compact-sm" loading={busy} disabled={empty}>
          {problem === null ? action : t("action.tryAgain")}
        </Button>
      </div>
    </>
  );
}

/** One sending at a time, and what became of it. */
function useSend(onSend: (text: string) => Promise<void>, sent: () => void) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const send = async (text: string): Promise<void> => {
    if (busy || text.trim() === "") return;
    setBusy(true);
    setProblem(null);
    try {
      await onSend(text);
      sent();
    } catch (error) {
      setProblem(describeError(error));
    } finally {
      setBusy(false);
    }
  };
  return { send, busy, problem };
}
