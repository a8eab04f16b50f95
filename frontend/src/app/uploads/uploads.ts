import { useSyncExternalStore } from "react";

import { queryClient } from "../data/queryClient";
import { keys } from "../data/queries";
import { UploadQueue, type UploadSummary } from "./queue";
import { imageSender } from "./send";

/** Queues live outside the pages, so that an upload goes on while its person looks at something else. */
const queues = new Map<number, UploadQueue>();

export function uploadsOf(datasetId: number): UploadQueue {
  const known = queues.get(datasetId);
  if (known !== undefined) return known;
  const queue = new UploadQueue({ send: imageSender(datasetId), onStored: () => refresh(datasetId) });
  queues.set(datasetId, queue);
  return queue;
}

function refresh(datasetId: number): void {
  void queryClient.invalidateQueries({ queryKey: keys.dataset(datasetId) });
  void queryClient.invalidateQueries({ queryKey: keys.datasets });
  void queryClient.invalidateQueries({ queryKey: keys.projects });
  // Which projects use the dataset is not known here: each one on screen asks again.
  void queryClient.invalidateQueries({ queryKey: ["project"] });
}

export function useUploads(datasetId: number): UploadSummary {
  const queue = uploadsOf(datasetId);
  return useSyncExternalStore(queue.subscribe, queue.snapshot);
}

/** Asks before the tab closes while files are under way. Call once. */
export function guardUnload(target: Window): void {
  target.addEventListener("beforeunload", (event) => {
    if ([...queues.values()].some((queue) => queue.snapshot().active)) event.preventDefault();
  });
}
