import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { guidePictures, type GuidePicture } from "../../api/taskCalls";

export const guidePicturesKey = (projectId: number) => ["project", projectId, "guidePictures"] as const;

export const guidePicturesQuery = (projectId: number) =>
  queryOptions({
    queryKey: guidePicturesKey(projectId),
    queryFn: () => guidePictures(projectId),
    staleTime: 60_000,
  });

const NONE: readonly GuidePicture[] = [];

/** The pictures of a guide by the names that its text uses; not asked for while the text shows none. */
export function usePictures(projectId: number, text: string): ReadonlyMap<string, GuidePicture> {
  const { data = NONE } = useQuery({ ...guidePicturesQuery(projectId), enabled: text.includes("![") });
  return useMemo(() => new Map(data.map((picture) => [picture.name, picture])), [data]);
}
