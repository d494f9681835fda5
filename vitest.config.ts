import { configDefaults, defineConfig } from "vitest/config";

/** What takes long and all cores: `test/e2e/vitest.config.ts` has it. */
export const APART = [
  "test/e2e/**",
  "test/browser/**",
  "test/size/**",
  "test/cli/{checkpoint,models,recipes,speedOptions,trainMnist}.test.ts",
  "test/model/{engines,manyModels}.test.ts",
];

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // npm run test:e2e has what starts browsers, bundlers and whole trainings.
    exclude: [...configDefaults.exclude, ...APART],
    testTimeout: 60_000,
    // vitest leaves a core for itself, which of two cores is one too many.
    maxWorkers: "100%",
  },
});
