import { configDefaults, defineConfig } from "vitest/config";

/** What takes long and all cores: `test/e2e/vitest.config.ts` has it. */
export const APART = [
  "test/e2e/**",
  "test/browser/**",
  "test/size/**",
  "test/cli/{checkpoint,models,recipes,speedOptions,trainMnist}.test.ts",
  "test/model/{engines,manyModels}.test.ts",
];

/** What registers nothing and needs no flags of its process: these files share one library, which saves a third of their time. */
const TOGETHER = [
  "test/{metrics,optimizers,reference}/*.test.ts",
  "test/kernels/!(relaxed).test.ts",
  "test/layers/!(ownLayers).test.ts",
  "test/losses/!(customLoss).test.ts",
];

// npm run test:e2e has what starts browsers, bundlers and whole trainings.
const exclude = [...configDefaults.exclude, ...APART];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    // vitest leaves a core for itself, which of two cores is one too many.
    maxWorkers: "100%",
    projects: [
      { extends: true, test: { name: "together", include: TOGETHER, exclude, isolate: false } },
      {
        extends: true,
        test: { name: "by themselves", include: ["test/**/*.test.ts"], exclude: [...exclude, ...TOGETHER] },
      },
    ],
  },
});
