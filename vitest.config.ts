import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // test/e2e has a script of its own: npm run test:e2e.
    exclude: [...configDefaults.exclude, "test/e2e/**"],
    testTimeout: 60_000,
    // vitest leaves a core for itself, which of two cores is one too many.
    maxWorkers: "100%",
  },
});
