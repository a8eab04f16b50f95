import { useMutation, useQueryClient } from "@tanstack/react-query";

import type { AttributeInput } from "../../../api/attributeCalls";
import * as api from "../../../api/calls";
import type { Label, LabelInput, Project } from "../../../api/types";
import { keys } from "../../data/queries";

/** A list with one more at its end, or in its place: the socket may have told of it before the answer came. */
export function withOne<Item extends { id: number }>(list: readonly Item[], made: Item): Item[] {
  return list.some(({ id }) => id === made.id) ? list.map((old) => (old.id === made.id ? made : old)) : [...list, made];
}

/** Adding, changing and deleting labels; each keeps the project in the cache true. */
export function useLabelWrites(projectId: number) {
  const cache = useQueryClient();
  const patch = (change: (labels: Label[]) => Label[]): void => {
    cache.setQueryData<Project>(keys.project(projectId), (old) => old && { ...old, labels: change(old.labels) });
  };
  const add = useMutation({
    mutationFn: (label: LabelInput & { attributes?: AttributeInput[] }) => api.createLabel(projectId, label),
    onSuccess: (label) => patch((labels) => withOne(labels, label)),
  });
  const change = useMutation({
    mutationFn: ({ id, ...body }: Partial<LabelInput> & { id: number }) => api.changeLabel(id, body),
    onSuccess: (changed) => patch((labels) => labels.map((old) => (old.id === changed.id ? changed : old))),
  });
  const remove = useMutation({
    mutationFn: (id: number) => api.deleteLabel(id),
    onSuccess: (_, id) => patch((labels) => labels.filter((old) => old.id !== id)),
  });
  return { add, change, remove };
}
