import { useMutation, useQueryClient } from "@tanstack/react-query";

import type { AttributeInput } from "../../../api/attributeCalls";
import * as api from "../../../api/calls";
import type { Label, LabelInput, Project } from "../../../api/types";
import { keys } from "../../data/queries";

/** Adding, changing and deleting labels; each keeps the project in the cache true. */
export function useLabelWrites(projectId: number) {
  const cache = useQueryClient();
  const patch = (change: (labels: Label[]) => Label[]): void => {
    cache.setQueryData<Project>(keys.project(projectId), (old) => old && { ...old, labels: change(old.labels) });
  };
  const add = useMutation({
    mutationFn: (label: LabelInput & { attributes?: AttributeInput[] }) => api.createLabel(projectId, label),
    onSuccess: (label) => patch((labels) => [...labels, label]),
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
