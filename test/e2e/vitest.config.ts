import { defineConfig } from "vitest/config";
import { APART } from "../../vitest.config.js";

// Apart from `npm test`: browsers (pages, and the specs of kernels, layers and models in them), bundlers, trainings by the
// command line. One at a time, as each takes all cores.
export default defineConfig({
  test: {
    include: APART.map((path) => path.replace(/\*\*$/, "**/*.test.ts")),
    testTimeout: 180_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
