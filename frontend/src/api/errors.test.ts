import { describe, expect, it } from "vitest";

import { ApiError, errorFromBody, fieldErrors, isApiError, networkError } from "./errors";

describe("errorFromBody", () => {
  it("keeps what the server says", () => {
    const error = errorFromBody(409, {
      error: { code: "stale_version", message: "Somebody changed it.", details: { current: { id: 7 } } },
    });
    expect(error).toMatchObject({
      status: 409,
      code: "stale_version",
      message: "Somebody changed it.",
      details: { current: { id: 7 } },
    });
    expect(error.temporary).toBe(false);
  });

  it.each([
    [401, "not_signed_in"],
    [403, "not_allowed"],
    [404, "not_found"],
    [413, "too_large"],
    [429, "too_many_requests"],
    [502, "server_error"],
    [503, "service_unavailable"],
    [500, "server_error"],
    [418, "request_refused"],
  ])("gives status %i the code %s when a proxy answers with something else", (status, code) => {
    expect(errorFromBody(status, "<html>nginx</html>")).toMatchObject({ status, code, message: "" });
  });

  it.each([null, undefined, [], "text", { error: "text" }, { error: { code: 5, message: "x" } }])(
    "does not trust a body of another shape: %j",
    (body) => {
      expect(errorFromBody(400, body)).toMatchObject({ code: "request_refused", message: "", details: {} });
    },
  );

  it("drops details that are not an object", () => {
    expect(errorFromBody(400, { error: { code: "a", message: "b", details: [1] } }).details).toEqual({});
  });
});

describe("ApiError", () => {
  it.each([
    [0, true],
    [400, false],
    [409, false],
    [429, true],
    [500, false],
    [502, true],
    [503, true],
    [504, true],
  ])("with status %i is temporary: %s", (status, temporary) => {
    expect(new ApiError(status, "x", "").temporary).toBe(temporary);
  });

  it("is recognised with and without a code", () => {
    expect(isApiError(networkError())).toBe(true);
    expect(isApiError(networkError(), "unreachable")).toBe(true);
    expect(isApiError(networkError(), "not_found")).toBe(false);
    expect(isApiError(new Error("unreachable"))).toBe(false);
  });
});

describe("fieldErrors", () => {
  it("gives the first sentence of each field, however deep", () => {
    const error = new ApiError(400, "invalid", "Mend the fields.", {
      fields: {
        name: ["Choose another name.", "Too long."],
        labels: [{}, { color: ["Write it as #rrggbb."] }],
        points: "Not a list.",
        empty: [],
      },
    });
    expect(fieldErrors(error)).toEqual({
      name: "Choose another name.",
      labels: "Write it as #rrggbb.",
      points: "Not a list.",
    });
  });

  it("is empty for everything else", () => {
    expect(fieldErrors(new Error("x"))).toEqual({});
    expect(fieldErrors(networkError())).toEqual({});
    expect(fieldErrors(new ApiError(400, "invalid", "", { fields: ["x"] }))).toEqual({});
  });
});
