import { defineConfig } from "vitest/config";

/** The tests of e2e/: a real Chromium on the real stack, which all files share, one after the other. */
export default defineConfig({
  test: {
    environment: "node",
    include: ["e2e/**/*.e2e.ts"],
    globalSetup: ["e2e/harness/globalSetup.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 60_000,
    teardownTimeout: 90_000,
    expect: { poll: { timeout: 20_000, interval: 100 } },
    reporters: ["verbose"],
  },
});
