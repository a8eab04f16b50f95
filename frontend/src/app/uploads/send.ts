import { csrfToken } from "../../api/client";
import { errorFromBody, networkError } from "../../api/errors";
import type { UploadResult } from "../../api/types";
import type { SendBatch } from "./queue";

interface Watch {
  /** Bytes that have left. */
  onProgress: (bytes: number) => void;
  signal?: AbortSignal;
}

/** Sends a form. XMLHttpRequest, because `fetch` cannot tell how much has left. */
export function sendForm<Answer>(path: string, form: FormData, { onProgress, signal }: Watch): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => onProgress(event.loaded));
    request.addEventListener("load", () => {
      const body = parse(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(body as Answer);
      else reject(errorFromBody(request.status, body));
    });
    request.addEventListener("error", () => reject(networkError()));
    request.addEventListener("abort", () => reject(networkError()));
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

/** Sends images to a dataset. */
export function imageSender(datasetId: number): SendBatch {
  return (files, watch) => sendForm<UploadResult>(`/api/datasets/${datasetId}/images`, formOf(files), watch);
}

function formOf(files: readonly File[]): FormData {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  return form;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
