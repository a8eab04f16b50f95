import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { dismissDraft, restoreDraft, taskDrafts, type Draft } from "../../../api/draftCalls";
import { describeError } from "../../data/describeError";
import { t } from "../../i18n";
import { showToast } from "../../ui/toasts";
import { useObjects, useWorkplace } from "../desk";

export const draftsKey = (taskId: number) => ["task", taskId, "drafts"] as const;

const NONE: readonly Draft[] = [];

/** What a model has proposed on this picture by itself, without what somebody has taken. */
export function useDrafts(): readonly Draft[] {
  const { taskId } = useWorkplace();
  const { data = NONE } = useQuery({ queryKey: draftsKey(taskId), queryFn: () => taskDrafts(taskId), staleTime: Infinity });
  const objects = useObjects();
  if (data.length === 0) return NONE;
  const taken = new Set(objects.map(({ proposalId }) => proposalId));
  return data.filter((draft) => !taken.has(draft.proposal_id));
}

/** Takes drafts as objects, which undo takes back. */
export function useTake(): (drafts: readonly Draft[]) => void {
  const { engine } = useWorkplace();
  return (drafts) => {
    engine.edits.take(
      drafts.map(({ label_id: labelId, proposal_id: proposalId, mask, bbox, area, score }) => ({
        labelId,
        proposalId,
        mask: { size: [mask.size[0] ?? 0, mask.size[1] ?? 0], counts: mask.counts },
        bbox,
        area,
        score,
      })),
    );
  };
}

/** Puts a draft out of the way, for everybody; the toast brings it back. */
export function useDismiss(): (draft: Draft) => void {
  const { taskId } = useWorkplace();
  const cache = useQueryClient();
  const put = (change: (drafts: readonly Draft[]) => readonly Draft[]): void => {
    cache.setQueryData<readonly Draft[]>(draftsKey(taskId), (old) => old && change(old));
  };
  const back = (draft: Draft): void => put((drafts) => [draft, ...drafts.filter(({ id }) => id !== draft.id)]);
  const failed = (error: Error): void => showToast(describeError(error), { tone: "error" });
  // Said here and not where it is called: the row that calls it is gone when the answer comes.
  const restore = useMutation({
    mutationFn: (draft: Draft) => restoreDraft(draft.id),
    onSuccess: (_, draft) => back(draft),
    onError: failed,
  });
  const dismiss = useMutation({
    mutationFn: (draft: Draft) => dismissDraft(draft.id),
    onMutate: (draft) => put((drafts) => drafts.filter(({ id }) => id !== draft.id)),
    onError: (error, draft) => {
      back(draft);
      failed(error);
    },
    onSuccess: (_, draft) => {
      const undo = (): void => restore.mutate(draft);
      showToast(t("drafts.dismissed"), { action: { label: t("action.undo"), run: undo } });
    },
  });
  return (draft) => dismiss.mutate(draft);
}
