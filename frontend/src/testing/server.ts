/** A server made of answers: each request is written down, and answered by the first route that fits. */
import { vi } from "vitest";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

type Answer = (asked: Asked) => object | null;

/** `routes` by method and path, such as "POST /api/tasks/7/flag"; an answer with `error` is a refusal (409). */
export function serve(routes: Readonly<Record<string, Answer>>): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const text = await request.clone().text();
    const path = new URL(request.url).pathname;
    const one = { method: request.method, path, body: parsed(text) };
    asked.push(one);
    const answer = routes[`${request.method} ${path}`]?.(one);
    if (answer === undefined) return Response.json({ error: { code: "not_found", message: "", details: {} } }, { status: 404 });
    if (answer === null) return new Response(null, { status: 204 });
    return Response.json(answer, { status: "error" in answer && answer.error !== null ? 409 : 200 });
  });
  return asked;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
