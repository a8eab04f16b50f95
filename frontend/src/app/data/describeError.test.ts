import { describe, expect, it } from "vitest";

import { ApiError, errorFromBody, networkError } from "../../api/errors";
import { describeError } from "./describeError";
import { shouldRetry } from "./queries";

describe("describeError", () => {
  it("uses the server's sentence where there is one", () => {
    expect(describeError(new ApiError(409, "label_in_use", "Rename it instead."))).toBe("Rename it instead.");
  });

  it.each([
    [networkError(), "Cardinal does not answer. Check the connection, then try again."],
    [errorFromBody(502, ""), "The server failed. Try again; if it stays, tell your administrator."],
    [errorFromBody(503, ""), "Cardinal is restarting. Try again in a few seconds."],
    [errorFromBody(413, ""), "This is larger than the server accepts. Send less at once."],
    [new ApiError(418, "toString", ""), "Something went wrong. Try again; if it stays, load the page anew."],
    [new TypeError("x is not a function"), "Something went wrong. Try again; if it stays, load the page anew."],
  ])("has a sentence of its own for %s", (error, sentence) => {
    expect(describeError(error)).toBe(sentence);
  });
});

describe("shouldRetry", () => {
  it("asks again only for what may pass, and twice at most", () => {
    expect([0, 1, 2].map((failures) => shouldRetry(failures, networkError()))).toEqual([true, true, false]);
    expect(shouldRetry(0, errorFromBody(503, ""))).toBe(true);
    expect(shouldRetry(0, errorFromBody(403, ""))).toBe(false);
    expect(shouldRetry(0, new Error("x"))).toBe(false);
  });
});
