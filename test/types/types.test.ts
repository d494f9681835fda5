import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
/** `npm ci --prefix test/types/compilers` brings the older one. */
const compilers = [
  ["of this repository", join(root, "node_modules/typescript/bin/tsc")],
  ["5.4", join(here, "compilers/node_modules/typescript-5.4/bin/tsc")],
] as const;

/** What the compiler has to say. */
function compile(compiler: string, compilerOptions: object): string {
  const folder = mkdtempSync(join(here, "tsconfig-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const all = {
    ...{ target: "es2022", module: "nodenext", strict: true, noEmit: true, skipLibCheck: false },
    ...compilerOptions,
  };
  const config = join(folder, "tsconfig.json");
  writeFileSync(config, JSON.stringify({ compilerOptions: all, files: ["../usersCode.ts"] }));
  try {
    return execFileSync(process.execPath, [compiler, "-p", config], { encoding: "utf8" });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

describe.each(compilers)("users' code, without skipLibCheck, compiles with TypeScript %s", (_name, compiler) => {
  it.skipIf(!existsSync(compiler)).each([
    ["Node", { lib: ["es2022"], types: ["node"] }],
    [
      "a page, with exactOptionalPropertyTypes",
      { lib: ["es2022", "dom"], types: [], exactOptionalPropertyTypes: true },
    ],
  ])("for %s", (_target, options) => {
    expect(compile(compiler, options)).toBe("");
  });
});

it("is looked at: an error is found", () => {
  expect(compile(compilers[0][1], { lib: ["es5"], types: [] })).toContain("error TS");
});
