import { isApiError } from "../../api/errors";
import { t } from "../i18n";

const byCode = {
  unreachable: "error.unreachable",
  not_signed_in: "error.notSignedIn",
  not_allowed: "error.notAllowed",
  not_found: "error.notFound",
  too_large: "error.tooLarge",
  too_many_requests: "error.tooManyRequests",
  service_unavailable: "error.unavailable",
  server_error: "error.server",
} as const;

function isKnown(code: string): code is keyof typeof byCode {
  return Object.hasOwn(byCode, code);
}

/** One sentence that says what happened and what to do: the server's own where it wrote one. */
export function describeError(error: unknown): string {
  if (!isApiError(error)) return t("error.unknown");
  if (error.message !== "") return error.message;
  return t(isKnown(error.code) ? byCode[error.code] : "error.unknown");
}
