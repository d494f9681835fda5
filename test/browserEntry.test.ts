import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { beforeAll, describe, expect, it } from "vitest";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
/** What a content security policy without 'unsafe-eval' forbids. */
const TEXT_AS_CODE = /\beval\s*\(|\bnew Function\b/g;

describe("what a bundler for browsers makes of the package", () => {
  let modules: string[];
  let code: string;
  let imports: string[];

  beforeAll(async () => {
    const bundle = await rolldown({ input: `${dist}index.js`, platform: "browser" });
    const { output } = await bundle.generate({ format: "esm", minify: true });
    const chunks = output.filter((part) => part.type === "chunk");
    const names = chunks.map(({ fileName }) => fileName);
    modules = chunks.flatMap((chunk) => chunk.moduleIds);
    code = chunks.map((chunk) => chunk.code).join("\n");
    imports = chunks.flatMap((chunk) => [...chunk.imports, ...chunk.dynamicImports]);
    imports = imports.filter((name) => !names.includes(name));
  });

  it("holds the library for browsers, and nothing of Node's", () => {
    expect(modules).toContain(`${dist}platform/browser.js`);
    expect(modules.filter((name) => /platform\/node\.js$|\/cli\/|^node:|env-paths/.test(name))).toEqual([]);
    expect(imports).toEqual([]);
  });

  it("needs no globals of Node's, and makes no code of text", () => {
    expect(code.match(/(?<![.\w])((process|Buffer)\.|require\(|__dirname\b).{20}/g)).toBeNull();
    expect(code.match(TEXT_AS_CODE)).toBeNull();
  });
});

describe("the single files", () => {
  it("wasm-cnn.min.js exports what the package does, and imports the relaxed kernels later", async () => {
    const [whole, file] = await Promise.all([import("wasm-cnn"), import(`${dist}wasm-cnn.min.js`)]);
    expect(Object.keys(file).sort()).toEqual(Object.keys(whole).sort());
    const text = readFileSync(`${dist}wasm-cnn.min.js`, "utf8");
    expect(text.match(/(^|[;}])import\s*[{*"'`\w]|[}\s]from\s*["'`]/g)).toBeNull();
    expect(text.match(/\bimport\([^)]*\)/g)).toEqual(["import(`./wasm-cnn.relaxed.min.js`)"]);
    expect(text.match(TEXT_AS_CODE)).toBeNull();
  });

  it("worker.js has no imports", () => {
    const text = readFileSync(`${dist}worker.js`, "utf8");
    expect(text.length).toBeGreaterThan(1000);
    expect(text.match(/\bimport\b|\bimportScripts\b|\bexport\b/g)).toBeNull();
  });
});
