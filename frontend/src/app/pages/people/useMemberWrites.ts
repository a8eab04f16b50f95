import { useMutation, useQueryClient } from "@tanstack/react-query";

import * as api from "../../../api/calls";
import type { Member, Page, Role } from "../../../api/types";
import { keys } from "../../data/queries";

/** Adding, changing and removing members; each keeps the list in the cache true. */
export function useMemberWrites(projectId: number) {
  const cache = useQueryClient();
  const patch = (change: (members: Member[]) => Member[]): void => {
    cache.setQueryData<Page<Member>>(
      keys.members(projectId),
      (old) => old && { ...old, results: change(old.results) },
    );
    // One's own role may be the one that changed.
    void cache.invalidateQueries({ queryKey: keys.project(projectId) });
  };
  const set = useMutation({
    mutationFn: ({ username, role }: { username: string; role: Role }) => api.setMember(projectId, username, role),
    onSuccess: (member) =>
      patch((members) => [...members.filter((other) => other.user.id !== member.user.id), member]),
  });
  const remove = useMutation({
    mutationFn: (userId: number) => api.removeMember(projectId, userId),
    onSuccess: (_, userId) => patch((members) => members.filter((other) => other.user.id !== userId)),
  });
  return { set, remove };
}
