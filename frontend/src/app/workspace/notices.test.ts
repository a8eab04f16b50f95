import { describe, expect, it } from "vitest";

import { ApiError } from "../../api/errors";
import type { SessionSnapshot } from "../../sync";
import { aDetail, ben } from "../../sync/testing/factories";
import { noticesFor, stuckText, type NoticeInput } from "./notices";

function input(session: Partial<SessionSnapshot>, rest: Partial<NoticeInput> = {}): NoticeInput {
  return {
    session: {
      connection: "open",
      refusal: null,
      task: aDetail(),
      review: null,
      counts: null,
      access: { kind: "edit" },
      save: { kind: "saved" },
      conflicts: [],
      refused: [],
      unsentIds: new Set(),
      unstored: false,
      ...session,
    },
    elsewhere: [],
    problem: null,
    ...rest,
  };
}

const texts = (given: NoticeInput): string[] => noticesFor(given).map(({ text }) => text);
const stopped = (status: number, code: string, message: string, details = {}, unsent = 2): SessionSnapshot["save"] => ({
  kind: "stopped",
  unsent,
  error: new ApiError(status, code, message, details),
});

describe("noticesFor", () => {
  it("is silent while everything is in order, and before the task is known", () => {
    expect(noticesFor(input({}))).toEqual([]);
    expect(noticesFor(input({ task: null }, { problem: "x" }))).toEqual([]);
  });

  it("says who has the task, and that unsent work stays", () => {
    const access = { kind: "view", reason: "held", holder: "ben" } as const;
    expect(noticesFor(input({ access }))).toEqual([
      {
        key: "access",
        tone: "plain",
        text: "ben is working on this task. You can look, and change nothing.",
        actions: ["openNext", "retry"],
      },
    ]);
    expect(noticesFor(input({ access, save: stopped(409, "lease_held", "", { holder: ben }) }))).toEqual([
      {
        key: "unsaved",
        tone: "bad",
        text: "ben has this task now. 2 changes of yours are not saved; they stay here.",
        actions: ["retry", "openNext"],
      },
    ]);
    expect(texts(input({ save: stopped(409, "lease_held", "", {}, 1) }))).toEqual([
      "Somebody else has this task now. 1 change of yours is not saved; it stays here.",
    ]);
  });

  it("repeats the server's reason for a stop, and offers to sign in where that helps", () => {
    expect(noticesFor(input({ save: stopped(403, "not_allowed", "Viewers cannot label.", {}, 1) }))).toEqual([
      {
        key: "unsaved",
        tone: "bad",
        text: "1 change is not saved; it is kept here. Viewers cannot label.",
        actions: ["retry"],
      },
    ]);
    expect(noticesFor(input({ save: stopped(401, "not_signed_in", "Send a valid token.") }))[0]).toMatchObject({
      text: "2 changes are not saved; they are kept here. You are signed out. Sign in again to go on.",
      actions: ["signIn", "retry"],
    });
    expect(texts(input({ save: stopped(409, "task_not_editable", "") }))).toEqual([
      "2 changes are not saved; they are kept here. The task is not open for changes any more.",
    ]);
  });

  it("asks for the choice that is due instead of for patience", () => {
    const problem = stuckText(null);
    const conflict = { id: "1", clientId: "a", mine: null, theirs: null, by: "ben", at: "2026-01-02T03:04:05Z" };
    expect(texts(input({}, { problem }))).toEqual([problem]);
    expect(texts(input({ conflicts: [conflict] }, { problem }))).toEqual([
      "Choose first which version of the changed object stays.",
    ]);
  });

  it("leads to unsent work in another task, and to a choice that waits there", () => {
    const elsewhere = [{ userId: 1, taskId: 9, projectId: 3, count: 1, undecided: 1 }];
    expect(noticesFor(input({}, { elsewhere }))).toEqual([
      { key: "elsewhere", tone: "warn", text: "1 change in another task was not sent yet.", actions: ["openElsewhere"] },
    ]);
    const waiting = [{ userId: 1, taskId: 9, projectId: 3, count: 0, undecided: 1 }];
    expect(texts(input({}, { elsewhere: waiting }))).toEqual([
      "In another task, 1 changed object waits for your choice between two versions.",
    ]);
  });

  it("warns that nothing is kept only while something is unsaved", () => {
    expect(texts(input({ unstored: true }))).toEqual([]);
    expect(texts(input({ unstored: true, save: { kind: "saving", unsent: 1 } }))).toEqual([
      "This browser keeps nothing over a reload. Stay on this page until everything is saved.",
    ]);
  });

  it("shows two at most, the most urgent first", () => {
    const many = input(
      { access: { kind: "view", reason: "accepted" } },
      { problem: "Not now.", elsewhere: [{ userId: 1, taskId: 9, projectId: 3, count: 1, undecided: 0 }] },
    );
    expect(noticesFor(many).map(({ key }) => key)).toEqual(["problem", "access"]);
  });
});

describe("stuckText", () => {
  it("has a sentence for everything", () => {
    expect(stuckText(null)).toBe("Not everything is saved yet. Wait for the connection, then go on.");
    expect(stuckText(new ApiError(409, "lease_held", "ben works on this task now."))).toBe("ben works on this task now.");
    expect(stuckText(new ApiError(0, "unreachable", ""))).toBe(
      "Cardinal does not answer. Check the connection, then try again.",
    );
    expect(stuckText(new TypeError("x"))).toBe("Something went wrong. Try again; if it stays, load the page anew.");
  });
});
