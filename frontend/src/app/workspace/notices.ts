import { isApiError, type ApiError } from "../../api/errors";
import type { SessionSnapshot, UnsentElsewhere } from "../../sync";
import { describeError } from "../data/describeError";
import { t, tn } from "../i18n";

export type NoticeAction = "retry" | "openNext" | "openElsewhere" | "signIn" | "dismiss";

/** One sentence above the picture, with at most two actions. */
export interface Notice {
  readonly key: string;
  readonly tone: "plain" | "warn" | "bad";
  readonly text: string;
  readonly actions: readonly NoticeAction[];
}

export interface NoticeInput {
  readonly session: SessionSnapshot;
  readonly elsewhere: readonly UnsentElsewhere[];
  /** What the person has just asked for and could not get. */
  readonly problem: string | null;
}

/** The most urgent first; two at most, so that the picture stays in view. */
export function noticesFor(input: NoticeInput): readonly Notice[] {
  const { session } = input;
  if (session.task === null) return [];
  const all = [problemNotice(input), unsavedNotice(session), accessNotice(session)];
  const later = [unstoredNotice(session), elsewhereNotice(input.elsewhere)];
  return [...all, ...later].filter((notice) => notice !== null).slice(0, 2);
}

function problemNotice({ problem, session }: NoticeInput): Notice | null {
  if (problem === null) return null;
  const undecided = session.conflicts.length > 0 && problem === t("workspace.notice.unflushed");
  const text = undecided ? t("together.conflict.due") : problem;
  return { key: "problem", tone: "warn", text, actions: ["dismiss"] };
}

function unsavedNotice({ save }: SessionSnapshot): Notice | null {
  if (save.kind !== "stopped") return null;
  const { error, unsent } = save;
  if (error.code === "lease_held") {
    const name = holderName(error.details) ?? t("workspace.notice.somebody");
    const text = tn("workspace.notice.heldUnsent", unsent, { name });
    return { key: "unsaved", tone: "bad", text, actions: ["retry", "openNext"] };
  }
  const text = tn("workspace.notice.stopped", unsent, { reason: stopReason(error) });
  return { key: "unsaved", tone: "bad", text, actions: error.status === 401 ? ["signIn", "retry"] : ["retry"] };
}

function stopReason(error: ApiError): string {
  // The server's sentence for this one speaks to scripts.
  if (error.status === 401) return t("error.notSignedIn");
  if (error.code === "task_not_editable" && error.message === "") return t("workspace.notice.closed");
  return describeError(error);
}

function accessNotice({ access, save }: SessionSnapshot): Notice | null {
  if (access.kind !== "view" || save.kind === "stopped") return null;
  switch (access.reason) {
    case "held": {
      const { holder } = access;
      const text = holder === "" ? t("workspace.notice.heldUnknown") : t("workspace.notice.held", { name: holder });
      return { key: "access", tone: "plain", text, actions: ["openNext", "retry"] };
    }
    case "role":
      return { key: "access", tone: "plain", text: t("workspace.notice.role"), actions: [] };
    case "stopped":
      return { key: "access", tone: "warn", text: t("workspace.notice.closed"), actions: ["retry", "openNext"] };
    default:
      return { key: "access", tone: "plain", text: t(`workspace.notice.${access.reason}`), actions: ["openNext"] };
  }
}

function unstoredNotice({ unstored, save }: SessionSnapshot): Notice | null {
  if (!unstored || save.kind === "saved") return null;
  return { key: "unstored", tone: "warn", text: t("workspace.notice.unstored"), actions: [] };
}

function elsewhereNotice(elsewhere: readonly UnsentElsewhere[]): Notice | null {
  const first = elsewhere[0];
  if (first === undefined) return null;
  return {
    key: "elsewhere",
    tone: "warn",
    text:
      first.count > 0
        ? tn("workspace.notice.elsewhere", first.count)
        : tn("workspace.notice.elsewhereUndecided", first.undecided),
    actions: ["openElsewhere"],
  };
}

function holderName(details: Readonly<Record<string, unknown>>): string | null {
  const holder = details["holder"];
  if (typeof holder !== "object" || holder === null || !("username" in holder)) return null;
  return typeof holder.username === "string" && holder.username !== "" ? holder.username : null;
}

/** The sentence for a failed attempt to go on. */
export function stuckText(error: unknown): string {
  if (error === null) return t("workspace.notice.unflushed");
  return isApiError(error) ? describeError(error) : t("error.unknown");
}
