/** What the server says about a refused request, and what the network says when there is no server. */

export interface ErrorBody {
  error: { code: string; message: string; details: Record<string, unknown> };
}

/** A failed request. `status` is 0 when no answer came at all. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }

  /** True when the same request may succeed later without a change by the person. */
  get temporary(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isErrorBody(value: unknown): value is ErrorBody {
  if (!isRecord(value) || !isRecord(value["error"])) return false;
  const { code, message } = value["error"];
  return typeof code === "string" && typeof message === "string";
}

const byStatus: Readonly<Record<number, string>> = {
  401: "not_signed_in",
  403: "not_allowed",
  404: "not_found",
  413: "too_large",
  429: "too_many_requests",
  503: "service_unavailable",
};

/**
 * Turns any answer into an `ApiError`. A proxy may answer with HTML or nothing; then the code comes
 * from the status and the message is empty, so that the page can use a sentence of its own.
 */
export function errorFromBody(status: number, body: unknown): ApiError {
  if (isErrorBody(body)) {
    const { code, message, details } = body.error;
    return new ApiError(status, code, message, isRecord(details) ? details : {});
  }
  return new ApiError(status, byStatus[status] ?? (status >= 500 ? "server_error" : "request_refused"), "");
}

export function networkError(): ApiError {
  return new ApiError(0, "unreachable", "");
}

export function isApiError(value: unknown, code?: string): value is ApiError {
  return value instanceof ApiError && (code === undefined || value.code === code);
}

/** First message for each field of a form: `{name: "Choose another name."}`. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!isApiError(error) || !isRecord(error.details["fields"])) return {};
  const found: Record<string, string> = {};
  for (const [field, messages] of Object.entries(error.details["fields"])) {
    const message = firstText(messages);
    if (message !== null) found[field] = message;
  }
  return found;
}

/** Field errors of nested lists arrive as objects or lists of lists: the first sentence found is the one to show. */
function firstText(value: unknown): string | null {
  if (typeof value === "string") return value;
  const inner: unknown[] = Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [];
  for (const item of inner) {
    const text = firstText(item);
    if (text !== null) return text;
  }
  return null;
}
