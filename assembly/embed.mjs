// Turns what the compiler wrote into what the library imports: both binaries as text, and the TypeScript type of every
// kernel, taken from the compiler's own bindings so that no signature is typed twice. And into what the package ships: the
// default binary as files, for hosts that compile no bytes at run time.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const kernels = [...readFileSync("build/release.d.ts", "utf8").matchAll(/export function (\w+\(.*\): \w+);/g)];

const interfaceOfKernels = `
/** The kernels by name. Pointers are byte addresses, everything else counts elements. */
export interface Kernels {
${kernels.map(([, signature]) => `  ${signature};`).join("\n")}
}
`;

const release = readFileSync("build/release.wasm");
const engine = readdirSync("src/engine").filter((name) => name.endsWith(".ts") && !name.includes(".generated."));
const hash = createHash("sha256").update(release);
for (const name of engine.sort()) hash.update(readFileSync(`src/engine/${name}`));
const buildId = hash.digest("hex").slice(0, 16);

const buildDeclaration = `
/** Names the build: the first 16 hex digits of a SHA-256 over the kernels and the engine, which a worker has to share. */
export const buildId = "${buildId}";
`;

/** Where the binary says of the memory it imports that it is shared (3; not shared: 1). */
function sharedFlag(binary) {
  const beforeFlag = Buffer.from("\x03env\x06memory\x02", "latin1");
  const at = binary.indexOf(beforeFlag) + beforeFlag.length;
  if (binary[at] !== 3)
    throw new Error(`embed: expected a binary that imports a shared memory, got flag ${binary[at]}`);
  return at;
}

/**
 * Bytes as printable characters, without quotes and backslashes. Each byte, 5 added (that makes the frequent ones short), is a digit
 * to the base 88, with one more in front where it is 88 or more. Longer than base64, but as bytes stay bytes it is what
 * compresses best: 12.1 KB with gzip, 13.1 in hex, 17.0 in base64.
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

/** Writes `target`, a module that holds a binary. */
function embed(binary, target, declarations = "") {
  writeFileSync(
    target,
    `// Made by assembly/embed.mjs. Do not edit.
${declarations}
/** Which byte of the binary says of the memory it imports that it is shared (3; not shared: 1). */
export const sharedFlag = ${sharedFlag(binary)};

/** The binary as text, see \`decodeBinary\` in kernels.ts. */
export const binary =
  "${encode(binary)}";
`,
  );
}

/** Writes the default binary for a shared memory or another, with a custom section that names the build and this form. */
function ship(target, form) {
  const name = Buffer.from("wasm-cnn");
  const text = Buffer.from(`${buildId} ${form}`);
  const section = Buffer.concat([Buffer.from([0, 1 + name.length + text.length, name.length]), name, text]);
  const binary = Buffer.concat([release, section]);
  if (form === "unshared") binary[sharedFlag(binary)] = 1;
  writeFileSync(target, binary);
}

embed(release, "src/engine/kernels.generated.ts", interfaceOfKernels + buildDeclaration);
embed(readFileSync("build/relaxed.wasm"), "src/engine/relaxedKernels.generated.ts");
ship("build/kernels.wasm", "shared");
ship("build/kernels.unshared.wasm", "unshared");
