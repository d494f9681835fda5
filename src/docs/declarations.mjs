// Writes the options of classes into their published declarations as editors can show them: one property each, with its comment. The
// compiler leaves out the comments of what comes from shared tables, and editors show none of types that are computed from others.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync } from "rolldown/utils";
import { memberComments, nodesOf } from "./comments.mjs";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));
const FAMILIES = [
  "layers",
  "initializers",
  "regularizers",
  "constraints",
  "optimizers",
  "schedules",
  "losses",
  "metrics",
];
/** What classes take beside the options that they declare. */
const BESIDE = ["LayerOptions", "MetricOptions", "Unsaved"];

/** Of `Optional<T, G>`, also as `import("...").Optional<T, G>`: its name, and the type of what users give. */
function importedType(node, source) {
  if (node?.type !== "TSImportType" && node?.type !== "TSTypeReference") return undefined;
  const name = (node.qualifier ?? node.typeName)?.name;
  const given = node.typeArguments?.params.at(-1);
  return { name, text: source.slice(node.start, node.end), given: given && source.slice(given.start, given.end) };
}

/** The options that a class declares, each once. */
function optionsIn(node, source) {
  const options = new Map();
  for (const { type, key, typeAnnotation } of nodesOf(node)) {
    if (type !== "TSPropertySignature" || options.has(key.name)) continue;
    const found = importedType(typeAnnotation?.typeAnnotation, source);
    if (found?.name !== "Option" && found?.name !== "Optional") continue;
    options.set(key.name, { isOptional: found.name === "Optional", given: found.given });
  }
  return options;
}

/** @param path of a source, `layers/core/dense.ts` */
function rewrite(path) {
  const file = join(dist, path.replace(/\.ts$/, ".d.ts"));
  const source = readFileSync(file, "utf8");
  const changes = [];
  for (const statement of parseSync(file, source).program.body) {
    const declarator = statement.type === "VariableDeclaration" ? statement.declarations[0] : undefined;
    const name = /^(\w+)_base$/.exec(declarator?.id?.name ?? "")?.[1];
    if (!name) continue;
    const nodes = [...nodesOf(declarator)];
    const parameter = nodes.find(({ type }) => type === "TSConstructorType")?.params[0];
    const options = optionsIn(declarator, source);
    if (!parameter?.typeAnnotation || options.size === 0) continue;
    const comments = memberComments(`src/${path}`, name);
    const members = [...options].map(([option, { isOptional, given }]) => {
      const comment = comments.get(option);
      const doc = comment ? `    /** ${comment} */\n` : "";
      return `${doc}    ${option}${isOptional ? "?" : ""}: ${given}${isOptional ? " | undefined" : ""};\n`;
    });
    const { start, end } = parameter.typeAnnotation.typeAnnotation;
    const imported = [...nodesOf(parameter)].map((node) => importedType(node, source)).filter(Boolean);
    const beside = BESIDE.flatMap((each) => imported.find((found) => found.name === each)?.text ?? []);
    changes.push({ start, end, text: [`{\n${members.join("")}}`, ...beside].join(" & ") });
  }
  let text = source;
  for (const { start, end, text: made } of changes.reverse()) text = text.slice(0, start) + made + text.slice(end);
  if (text !== source) writeFileSync(file, text);
}

for (const family of FAMILIES) {
  for (const name of readdirSync(fileURLToPath(new URL(`../${family}`, import.meta.url)), { recursive: true })) {
    if (name.endsWith(".ts")) rewrite(`${family}/${name.replaceAll("\\", "/")}`);
  }
}
