import { defineConfig } from "vitest/config";

// Apart from `npm test`: these tests start browsers. One at a time, as each takes all cores.
export default defineConfig({
  test: {
    include: ["test/e2e/**/*.test.ts"],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
