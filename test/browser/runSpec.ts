import { startTests, type Task, type VitestRunner } from "@vitest/runner";

export interface SpecResult {
  readonly passed: number;
  readonly skipped: number;
  /** What did not pass: the path of the test's names, and why. */
  readonly failures: readonly string[];
}

export type RunSpec = typeof runSpec;

/** Runs one spec file in this page. */
async function runSpec(url: string, testTimeout: number): Promise<SpecResult> {
  const runner: VitestRunner = {
    config: {
      root: "/",
      name: undefined,
      setupFiles: [],
      passWithNoTests: false,
      testNamePattern: undefined,
      allowOnly: false,
      sequence: { seed: 0, hooks: "stack", setupFiles: "list" },
      chaiConfig: undefined,
      maxConcurrency: 1,
      testTimeout,
      hookTimeout: testTimeout,
      retry: 0,
      includeTaskLocation: false,
      tags: [],
      tagsFilter: undefined,
      strictTags: false,
    },
    importFile: (path) => import(/* @vite-ignore */ path),
  };
  const result = { passed: 0, skipped: 0, failures: [] as string[] };
  for (const file of await startTests([url], runner)) visit(file, [], result);
  return result;
}

function visit(task: Task, path: readonly string[], result: { passed: number; skipped: number; failures: string[] }) {
  const names = task.type === "suite" && task.file === task ? path : [...path, task.name];
  for (const error of task.result?.errors ?? []) {
    result.failures.push(
      `${names.join(" > ")}: ${error.message}${error.diff ? `\n${error.diff}` : ""}\n${error.stack}`,
    );
  }
  if (task.type === "suite") {
    for (const child of task.tasks) visit(child, names, result);
  } else if (task.result?.state === "pass") result.passed++;
  else if (task.mode === "skip" || task.mode === "todo" || task.result?.state === "skip") result.skipped++;
  else if (!task.result?.errors?.length) result.failures.push(`${names.join(" > ")}: did not run to its end`);
}

Object.assign(globalThis, { runSpec });
