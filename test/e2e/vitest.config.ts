import { defineConfig } from "vitest/config";
import { APART } from "../../vitest.config.js";

/** What looks at how free a page stays, or at all cores at once: one at a time. */
const TIMED = ["test/e2e/{alive,demo*,storage,threads}.test.ts"];

// Apart from `npm test`: browsers (pages, and the specs of kernels, layers and models in them), bundlers, trainings by the
// command line.
export default defineConfig({
  test: {
    testTimeout: 180_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: "in pairs",
          include: APART.map((path) => path.replace(/\*\*$/, "**/*.test.ts")),
          exclude: TIMED,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: "one at a time", include: TIMED, fileParallelism: false, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
