// The doc comments of what the package exports, read from the sources.

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import { fileURLToPath } from "node:url";
import { parseSync } from "rolldown/utils";

const root = fileURLToPath(new URL("../..", import.meta.url));
const modules = new Map();

/** The declarations of a source at its top level, what it imports, and its comments by where they end. */
function moduleOf(path) {
  const known = modules.get(path);
  if (known) return known;
  const source = readFileSync(join(root, path), "utf8");
  const { program, comments, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path}: expected a source that can be parsed, got ${errors[0].message}`);
  const found = { path, source, comments, declared: new Map(), imported: new Map() };
  for (const statement of program.body) {
    const from = statement.source?.value;
    for (const { local, imported, exported } of statement.specifiers ?? []) {
      if (from?.startsWith("./") || from?.startsWith("../")) {
        const name = (exported ?? local).name;
        const file = join(dirname(path), from).replace(/\.js$/, ".ts");
        found.imported.set(name, { file, name: (exported ? local : (imported ?? local)).name });
      }
    }
    const declaration = statement.declaration ?? statement;
    const each = declaration.type === "VariableDeclaration" ? declaration.declarations : [declaration];
    for (const node of each) if (node.id?.name) found.declared.set(node.id.name, { node, start: statement.start });
  }
  modules.set(path, found);
  return found;
}

/** The doc comment right before this place of a source, on one line; empty where there is none. */
function commentBefore({ source, comments }, start) {
  const comment = comments.find(({ end }) => end <= start && source.slice(end, start).trim() === "");
  if (comment?.type !== "Block" || !comment.value.startsWith("*")) return "";
  const lines = comment.value.slice(1).split("\n");
  return lines
    .map((line) => line.replace(/^\s*\*? ?/, "").trim())
    .join(" ")
    .trim();
}

/** Where a name of a module is declared: itself, or in what it imports or exports again. */
function resolve(path, name) {
  const found = moduleOf(path);
  if (found.declared.has(name)) return { module: found, ...found.declared.get(name) };
  const imported = found.imported.get(name);
  return imported && resolve(imported.file, imported.name);
}

/** All nodes of a syntax tree. */
export function* nodesOf(node) {
  if (Array.isArray(node)) for (const each of node) yield* nodesOf(each);
  else if (node !== null && typeof node === "object" && typeof node.type === "string") {
    yield node;
    for (const [key, value] of Object.entries(node)) if (key !== "parent") yield* nodesOf(value);
  }
}

/**
 * The comment of what a module exports under this name.
 * @returns empty where there is none
 */
export function commentOf(path, name) {
  const found = resolve(path, name);
  return found ? commentBefore(found.module, found.start) : "";
}

/**
 * The comments of the members that a declaration names, and those of the declarations that it uses: the nearest one of each name.
 * @param name a class with declared options, an activation, or an interface
 */
export function memberComments(path, name) {
  const comments = new Map();
  const start = resolve(path, name);
  const queue = start ? [start] : [];
  const seen = new Set();
  for (const { module, node } of queue) {
    if (seen.has(node)) continue;
    seen.add(node);
    // Of a class what it extends: its body holds no options.
    const parts = node.type === "ClassDeclaration" ? [node.superClass] : [node];
    for (const each of nodesOf(parts)) {
      if ((each.type === "Property" || each.type === "TSPropertySignature") && each.key.type === "Identifier") {
        const comment = commentBefore(module, each.start);
        if (comment !== "" && !comments.has(each.key.name)) comments.set(each.key.name, comment);
      }
      if (each.type === "Identifier") {
        const used = resolve(module.path, each.name);
        if (used && !used.module.path.startsWith("src/engine/")) queue.push(used);
      }
    }
  }
  return comments;
}
