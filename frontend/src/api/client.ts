import createClient, { type Middleware } from "openapi-fetch";

import { ApiError, errorFromBody, networkError } from "./errors";
import type { paths } from "./openapi";

const UNSAFE = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** The token Django compares with its cookie on every write; empty before the first answer. */
export function csrfToken(cookies: string = document.cookie): string {
  const found = /(?:^|;\s*)csrftoken=([^;]*)/.exec(cookies);
  return decodeURIComponent(found?.[1] ?? "");
}

const csrf: Middleware = {
  onRequest({ request }) {
    if (UNSAFE.has(request.method)) request.headers.set("X-CSRFToken", csrfToken());
    return request;
  },
};

export const client = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "",
  credentials: "same-origin",
  // Looked up at call time, so that a test can put another one in its place.
  fetch: (request) => globalThis.fetch(request),
});
client.use(csrf);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Awaits a call of `client` and gives its body, or throws an `ApiError`. */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (reason) {
    throw reason instanceof ApiError ? reason : networkError();
  }
  if (!answer.response.ok) throw errorFromBody(answer.response.status, answer.error);
  return answer.data as T;
}
