import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

// A document is simulated for most tests; those that choose the plain environment have nothing to clean up.
afterEach(() => {
  if (typeof document !== "undefined") cleanup();
});
