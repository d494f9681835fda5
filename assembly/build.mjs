// Compiles the kernels. A pack is one stateless binary: a folder with an index.ts (the list of its families), or else each file of
// a folder by itself; lib/ is what they share. Out come
// - src/engine/kernels/packs/<pack>.generated.ts: the TypeScript type of its kernels, taken from the compiler's own bindings so that no
//   signature is typed twice, and the binary as text, in a file of its own (<pack>.binary.generated.ts) that is imported when needed;
// - src/engine/kernels/packs/relaxed.generated.ts: the packs that multiply and add, with relaxed SIMD;
// - build/kernels.wasm and kernels.unshared.wasm: all packs in one file, for hosts that compile no bytes at run time;
// - build/release.wasm, debug.wasm and relaxed.wasm: likewise, for tests and for reading.
// A pack whose sources have not changed is not compiled again.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import asc from "assemblyscript/asc";

const ROOT = "assembly";
const OUT = "build/packs";
const GENERATED = "src/engine/kernels/packs";
/**
 * The packs that are there with what calls them: numbers are drawn with some at once, and pages with a convolutional network call the
 * others in any case. All others are imported when a program that calls them is about to run: a page may have layers of any number,
 * as one that loads models, and a program calls few.
 */
const AT_ONCE = ["core", "normal", "convolution", "pad2d", "maxPool2d", "gemm", "rescaling"];

/** Every pack with the file it is compiled from. @throws Error if two have one name */
function findPacks() {
  const packs = new Map();
  const add = (name, entry) => {
    if (packs.has(name)) throw new Error(`packs: expected one named ${name}, got ${packs.get(name)} and ${entry}`);
    packs.set(name, entry);
  };
  for (const folder of readdirSync(ROOT, { withFileTypes: true })) {
    if (!folder.isDirectory() || folder.name === "lib") continue;
    const path = join(ROOT, folder.name);
    const files = readdirSync(path).filter((name) => name.endsWith(".ts"));
    if (files.includes("index.ts")) add(folder.name, join(path, "index.ts"));
    else for (const file of files) add(file.slice(0, -3), join(path, file));
  }
  return new Map([...packs].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The sources that a file is compiled from: itself and all that it imports. */
function sourcesOf(entry, found = new Map()) {
  if (found.has(entry)) return found;
  const text = readFileSync(entry, "utf8");
  found.set(entry, text);
  for (const [, path] of text.matchAll(/from "(\.[^"]+)"/g)) sourcesOf(`${join(dirname(entry), path)}.ts`, found);
  return found;
}

async function compile(entries, target, outFile, more = []) {
  mkdirSync(dirname(outFile), { recursive: true });
  const { error, stderr } = await asc.main([...entries, "--target", target, "--outFile", outFile, ...more]);
  if (error) throw new Error(`${outFile}: ${stderr.toString() || error.message}`);
}

/** Compiles unless what is there was made from the same sources. */
async function compileOnce(entries, target, outFile, more) {
  const hash = createHash("sha256").update(readFileSync("asconfig.json")).update(asc.version).update(target);
  for (const entry of entries) for (const [path, text] of sourcesOf(entry)) hash.update(path).update("\0").update(text);
  const made = hash.digest("hex");
  const stamp = `${outFile}.sources`;
  if (existsSync(outFile) && existsSync(stamp) && readFileSync(stamp, "utf8") === made) return;
  await compile(entries, target, outFile, more);
  writeFileSync(stamp, made);
}

/** Where the binary says of the memory it imports that it is shared (3; not shared: 1). */
function sharedFlag(binary) {
  const beforeFlag = Buffer.from("\x03env\x06memory\x02", "latin1");
  const at = binary.indexOf(beforeFlag) + beforeFlag.length;
  if (binary[at] !== 3)
    throw new Error(`packs: expected a binary that imports a shared memory, got flag ${binary[at]}`);
  return at;
}

/**
 * Bytes as printable characters, without quotes and backslashes. Each byte, 5 added (that makes the frequent ones short), is a digit
 * to the base 88, with one more in front where it is 88 or more. Longer than base64, but as bytes stay bytes it is what
 * compresses best: 12.1 KB with gzip, 13.1 in hex, 17.0 in base64 (all kernels of the example network together).
 */
function encode(bytes) {
  const character = (digit) => String.fromCharCode(digit + (digit + 35 < 92 ? 35 : 36));
  let text = "";
  for (const byte of bytes) {
    const value = (byte + 5) & 255;
    if (value >= 88) text += character(87 + Math.floor(value / 88));
    text += character(value % 88);
  }
  return text;
}

function writeGenerated(name, text) {
  const path = `${GENERATED}/${name}.generated.ts`;
  const whole = `// Made by assembly/build.mjs. Do not edit.\n${text}`;
  if (!existsSync(path) || readFileSync(path, "utf8") !== whole) writeFileSync(path, whole);
}

/** The binary for a shared memory or another, with a custom section that names the build and this form. */
function ship(release, form, buildId) {
  const name = Buffer.from("wasm-cnn");
  const text = Buffer.from(`${buildId} ${form}`);
  const section = Buffer.concat([Buffer.from([0, 1 + name.length + text.length, name.length]), name, text]);
  const binary = Buffer.concat([release, section]);
  if (form === "unshared") binary[sharedFlag(binary)] = 1;
  writeFileSync(form === "shared" ? "build/kernels.wasm" : "build/kernels.unshared.wasm", binary);
}

/** All sources of a folder, for the id of the build. */
function* sourcesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourcesBelow(path);
    else if (path.endsWith(".ts") && !path.includes(".generated.")) yield readFileSync(path);
  }
}

const packs = findPacks();
const entries = [...packs.values()];
mkdirSync(GENERATED, { recursive: true });
await compileOnce(entries, "debug", "build/debug.wasm", ["--textFile", "build/debug.wat"]);
await compileOnce(entries, "release", "build/release.wasm", ["--textFile", "build/release.wat"]);
await compileOnce(entries, "relaxed", "build/relaxed.wasm");

const relaxed = [];
for (const [name, entry] of packs) {
  await compileOnce([entry], "release", `${OUT}/${name}.wasm`);
  const binary = readFileSync(`${OUT}/${name}.wasm`);
  const declarations = readFileSync(`${OUT}/${name}.d.ts`, "utf8");
  const kernels = [...declarations.matchAll(/export function (\w+\(.*\): \w+);/g)].map(([, signature]) => signature);
  const text = `"${encode(binary)}"`;
  const isAtOnce = AT_ONCE.includes(name);
  if (!isAtOnce) writeGenerated(`${name}.binary`, `\nexport const text: string =\n  ${text};\n`);
  writeGenerated(
    name,
    `import { KernelPack } from "../kernels.js";

/** Pointers are byte addresses, everything else counts elements. */
type Kernels = {
${kernels.map((signature) => `  ${signature};`).join("\n")}
};

export const ${name} = /* @__PURE__ */ new KernelPack<Kernels>(
  "${name}",
  ${sharedFlag(binary)},
  ${isAtOnce ? text : `async () => (await import("./${name}.binary.generated.js")).text`},
);
`,
  );
  const usesMadd = [...sourcesOf(entry)].some(([path, text]) => !path.endsWith("simd.ts") && /\bmadd\(/.test(text));
  if (!usesMadd) continue;
  await compileOnce([entry], "relaxed", `${OUT}/relaxed/${name}.wasm`);
  relaxed.push([name, readFileSync(`${OUT}/relaxed/${name}.wasm`)]);
}
writeGenerated(
  "relaxed",
  `
/** The packs that multiply and add, with relaxed SIMD: the place of the flag, and the binary as text (see kernels.ts). */
export const relaxed: Readonly<Record<string, readonly [sharedFlag: number, text: string]>> = {
${relaxed.map(([name, binary]) => `  ${name}: [${sharedFlag(binary)}, "${encode(binary)}"],`).join("\n")}
};
`,
);
for (const file of readdirSync(GENERATED)) {
  const [name, kind] = file.split(".");
  const isPack = packs.has(name) && !(kind === "binary" && AT_ONCE.includes(name));
  if (!isPack && !["relaxed", "build"].includes(name)) rmSync(join(GENERATED, file));
}

const id = createHash("sha256").update(readFileSync("build/release.wasm"));
for (const source of sourcesBelow("src/engine")) id.update(source);
const buildId = id.digest("hex").slice(0, 16);
writeGenerated(
  "build",
  `
/** Names the build: the first 16 hex digits of a SHA-256 over all packs and the engine, which a worker has to share. */
export const buildId = "${buildId}";
`,
);
const release = readFileSync("build/release.wasm");
ship(release, "shared", buildId);
ship(release, "unshared", buildId);
