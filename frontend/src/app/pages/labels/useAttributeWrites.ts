import { useMutation, useQueryClient } from "@tanstack/react-query";

import * as api from "../../../api/attributeCalls";
import type { Attribute, AttributeChange, AttributeInput } from "../../../api/attributeCalls";
import { isApiError } from "../../../api/errors";
import type { Project } from "../../../api/types";
import { keys } from "../../data/queries";
import { withOne } from "./useLabelWrites";

/** The attributes of a label in the order of the schema. */
export function inOrder(attributes: readonly Attribute[]): readonly Attribute[] {
  return [...attributes].sort((a, b) => a.position - b.position || a.id - b.id);
}

/** The list once one of it stands at another place, as the server numbers it. */
export function moved(attributes: readonly Attribute[], changed: Attribute): readonly Attribute[] {
  const others = inOrder(attributes).filter(({ id }) => id !== changed.id);
  const list = [...others.slice(0, changed.position - 1), changed, ...others.slice(changed.position - 1)];
  return list.map((attribute, index) => ({ ...attribute, position: index + 1 }));
}

/** How many answers a refused change would lose; null when it was refused for another reason. */
export function answersLost(error: unknown): number | null {
  if (!isApiError(error, "attribute_in_use")) return null;
  const { answers } = error.details;
  return typeof answers === "number" ? answers : null;
}

/** Adding, changing and removing what a label asks; each keeps the project in the cache true. */
export function useAttributeWrites(projectId: number, labelId: number) {
  const cache = useQueryClient();
  const patch = (change: (attributes: Attribute[]) => readonly Attribute[]): void => {
    cache.setQueryData<Project>(keys.project(projectId), (old) => {
      if (old === undefined) return old;
      const labels = old.labels.map((label) => (label.id === labelId ? { ...label, attributes: [...change(label.attributes)] } : label));
      return { ...old, labels };
    });
  };
  const add = useMutation({
    mutationFn: (body: AttributeInput) => api.addAttribute(labelId, body),
    onSuccess: (attribute) => patch((attributes) => withOne(attributes, attribute)),
  });
  const change = useMutation({
    mutationFn: ({ id, body }: { id: number; body: AttributeChange }) => api.changeAttribute(id, body),
    onSuccess: (changed) => patch((attributes) => moved(attributes, changed)),
  });
  const remove = useMutation({
    mutationFn: ({ id, confirm }: { id: number; confirm: number | null }) => api.removeAttribute(id, confirm),
    onSuccess: (_, { id }) => patch((attributes) => attributes.filter((one) => one.id !== id)),
  });
  return { add, change, remove };
}
