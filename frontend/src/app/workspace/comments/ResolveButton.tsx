import { useState } from "react";

import { describeError } from "../../data/describeError";
import { t } from "../../i18n";
import { Icon } from "../../ui/icons";
import classes from "./comments.module.css";
import type { Thread } from "./threads";
import { useComments } from "./useComments";

/** Says that a thread needs nothing more, or that it does again. */
export function ResolveButton({ thread }: { thread: Thread }) {
  const { store } = useComments();
  const [problem, setProblem] = useState<string | null>(null);
  const press = async (): Promise<void> => {
    setProblem(null);
    await store.resolve(thread, !thread.resolved).catch((error: unknown) => setProblem(describeError(error)));
  };
  return (
    <>
      {problem === null ? null : (
        <span role="alert" className={classes.problem}>
          {problem}
        </span>
      )}
      <button type="button" className={classes.textButton} onClick={() => void press()}>
        <Icon name={thread.resolved ? "retry" : "check"} size={0.875} />
        {t(thread.resolved ? "comments.reopen" : "comments.resolve")}
      </button>
    </>
  );
}
