import { useMemo, useSyncExternalStore } from "react";

import type { ObjectRecord } from "../../../engine";
import { t } from "../../i18n";
import { useObjects, useWorkplace, type Workplace } from "../desk";
import { commentsOf, type CommentsState, type CommentStore } from "./store";
import { unreadIn, type Thread } from "./threads";

export function storeOf({ session, taskId, me }: Pick<Workplace, "session" | "taskId" | "me">): CommentStore {
  return commentsOf({ session, taskId, user: me });
}

export function useComments(): { readonly store: CommentStore; readonly state: CommentsState } {
  const store = storeOf(useWorkplace());
  return { store, state: useSyncExternalStore(store.subscribe, store.snapshot) };
}

/** Everybody in the project but its viewers writes comments, also to a task that somebody else holds. */
export function useMayComment(): boolean {
  return useWorkplace().project.role !== "viewer";
}

export function useUnread(thread: Thread): number {
  const { store } = useComments();
  return unreadIn(thread, store.seen.of(thread.id), useWorkplace().me);
}

/** What the object of a thread is called in the list: "Object 3, cat"; null for a spot or an object that is gone. */
export function useObjectName(annotationId: number | null): { readonly name: string; readonly id: string } | null {
  const { session, project } = useWorkplace();
  const objects = useObjects();
  return useMemo(() => {
    if (annotationId === null) return null;
    const index = objects.findIndex(({ id }) => session.annotation(id)?.id === annotationId);
    const object = objects[index];
    return object === undefined ? null : { name: nameOf(object, index, project.labels), id: object.id };
  }, [annotationId, objects, session, project.labels]);
}

export function nameOf(
  object: Pick<ObjectRecord, "labelId">,
  index: number,
  labels: readonly { readonly id: number; readonly name: string }[],
): string {
  const label = labels.find((each) => each.id === object.labelId)?.name ?? t("workspace.noLabel");
  return t("workspace.object", { number: index + 1, label });
}
