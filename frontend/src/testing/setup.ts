import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

// A document is simulated for most tests; those that choose the plain environment have nothing to clean up.
afterEach(() => {
  if (typeof document !== "undefined") cleanup();
});

// The simulated document knows no fonts; text areas that grow ask it when those have come.
if (typeof document !== "undefined" && document.fonts === undefined) {
  Object.defineProperty(document, "fonts", { value: new EventTarget() });
}
