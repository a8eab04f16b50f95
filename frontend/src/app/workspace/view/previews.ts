import type { EngineApi, EngineOptions, PreviewRequest } from "../../../engine";
import type { TaskSession } from "../../../sync";

/** What previews need of the line to the server. */
export type PreviewLine = Pick<TaskSession, "send" | "onEvent">;

/** A question that cannot be sent now stays unasked: the next place of the pointer is another one anyway. */
export function askForPreview(line: Pick<PreviewLine, "send">, { requestId, points }: PreviewRequest): void {
  line.send({ type: "preview", request_id: requestId, points });
}

/** How the engine asks a session for masks and previews; the session is made after the engine. */
export function asking(session: () => TaskSession): Pick<EngineOptions, "requestMask" | "requestPreview"> {
  return {
    requestMask: (request) => session().requestMask(request),
    requestPreview: (request) => askForPreview(session(), request),
  };
}

/** Hands answers to the engine, until what is returned is called. */
export function deliverPreviews(line: Pick<PreviewLine, "onEvent">, engine: Pick<EngineApi, "deliverPreview">): () => void {
  return line.onEvent((event) => {
    if (event.type === "preview.ready") engine.deliverPreview(event.request_id, event.mask);
  });
}
