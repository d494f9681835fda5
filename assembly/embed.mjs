// Turns what the compiler wrote into what the library imports: both binaries as base64, and the TypeScript type of every
// kernel, taken from the compiler's own bindings so that no signature is typed twice.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const kernels = [...readFileSync("build/release.d.ts", "utf8").matchAll(/export function (\w+\(.*\): \w+);/g)];

const interfaceOfKernels = `
/** The kernels by name. Pointers are byte addresses, everything else counts elements. */
export interface Kernels {
${kernels.map(([, signature]) => `  ${signature};`).join("\n")}
}
`;

/** Writes `target`, a module that holds build/`name`.wasm. */
function embed(name, target, declarations = "") {
  const binary = readFileSync(`build/${name}.wasm`);
  const buildId = createHash("sha256").update(binary).digest("hex").slice(0, 16);
  writeFileSync(
    target,
    `// Made by assembly/embed.mjs. Do not edit.
${declarations}
/** Names the binary: the first 16 hex digits of its SHA-256. */
export const buildId = "${buildId}";

/** The ${name} binary, base64. */
export const binary =
  "${binary.toString("base64")}";
`,
  );
}

embed("release", "src/engine/kernels.generated.ts", interfaceOfKernels);
embed("relaxed", "src/engine/relaxedKernels.generated.ts");
