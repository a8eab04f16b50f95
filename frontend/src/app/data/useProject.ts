import { useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";

import type { Project } from "../../api/types";
import { projectQuery } from "./queries";

/** The project of the address. Only below `/p/$projectId`, where the route has loaded it already. */
export function useProject(): Project {
  const { projectId } = useParams({ strict: false });
  return useSuspenseQuery(projectQuery(Number(projectId))).data;
}
