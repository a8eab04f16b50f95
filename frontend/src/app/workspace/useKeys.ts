import { useMemo } from "react";

import { useCommandKeys } from "../commands/dispatch";
import { engineCommands } from "../commands/engineCommands";
import { useOffer } from "../commands/offer";
import { taskCommands } from "../commands/taskCommands";
import type { Work } from "../commands/work";
import { useMayComment } from "./comments/useComments";
import { useSession, useWorkplace } from "./desk";
import { objectCommands } from "./objects/objectCommands";
import type { DialogName } from "./OpenTask";
import { usePart } from "./review/useReview";
import type { Flow } from "./useFlow";

interface KeysOptions {
  flow: Flow;
  onDialog: (name: DialogName) => void;
  /** True while a dialog has the keyboard. */
  blocked: boolean;
}

const HERE = [...taskCommands, ...objectCommands, ...engineCommands];

/** Keys and palette for the open task; those of comments and verdicts come before, in `useReviewKeys`. */
export function useKeys({ flow, onDialog, blocked }: KeysOptions): void {
  const work = useWork(flow, onDialog);
  useCommandKeys(HERE, work, { blocked });
  useOffer(work, blocked);
}

export function useWork(flow: Flow, openDialog: (name: DialogName) => void): Work {
  const place = useWorkplace();
  const part = usePart();
  const mayComment = useMayComment();
  const image = useSession().task?.image ?? null;
  return useMemo(() => ({ place, flow, openDialog, part, mayComment, image }), [place, flow, openDialog, part, mayComment, image]);
}
