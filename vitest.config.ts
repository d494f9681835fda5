import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Those have a script of their own: npm run test:e2e.
    exclude: ["test/e2e/**", "**/node_modules/**"],
    testTimeout: 60_000,
  },
});
