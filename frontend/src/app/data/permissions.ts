import type { Role } from "../../api/types";

/** What a person may do in a project. The server decides; the pages only hide what it would refuse. */
export type Ability = "manage" | "review" | "annotate" | "export";

const abilities: Readonly<Record<Role, readonly Ability[]>> = {
  admin: ["manage", "review", "annotate", "export"],
  reviewer: ["review", "annotate"],
  annotator: ["annotate"],
  viewer: [],
};

export function can(role: Role, ability: Ability): boolean {
  return abilities[role].includes(ability);
}

export const ROLES: readonly Role[] = ["admin", "reviewer", "annotator", "viewer"];
