import { sendForm } from "../../../uploads/send";
import type { ModelVersion } from "../../../../api/modelTypes";

/** Uploads a weights file; `onShare` hears how much of it has left, 0..1. */
export function sendWeights(
  projectId: number,
  file: File,
  name: string,
  onShare: (share: number) => void,
): Promise<ModelVersion> {
  const form = new FormData();
  form.append("name", name);
  form.append("file", file, file.name);
  return sendForm<ModelVersion>(`/api/projects/${projectId}/models`, form, {
    onProgress: (bytes) => onShare(Math.min(1, bytes / Math.max(1, file.size))),
  });
}
