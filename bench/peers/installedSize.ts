import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** Bytes of all files in a folder, but for a `node_modules` in it. */
function folderBytes(folder: string): number {
  let sum = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) sum += entry.name === "node_modules" ? 0 : folderBytes(path);
    else if (entry.isFile()) sum += statSync(path).size;
  }
  return sum;
}

function manifest(folder: string): { version: string; files?: string[]; dependencies?: Record<string, string> } {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

/** The folder of a package as Node finds it from `folder`; undefined for an optional one that is not there. */
function findPackage(name: string, folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const candidate = join(at, "node_modules", name);
    if (existsSync(candidate)) return candidate;
    if (at === dirname(at)) return undefined;
  }
}

/** Bytes that npm packages and all their dependencies take where they are installed. */
export function installedBytes(names: readonly string[], folder: string): number {
  const seen = new Set<string>();
  const visit = (name: string, from: string): number => {
    const found = findPackage(name, from);
    if (!found || seen.has(found)) return 0;
    seen.add(found);
    return folderBytes(found) + dependencyBytes(found);
  };
  const dependencyBytes = (of: string) =>
    Object.keys(manifest(of).dependencies ?? {}).reduce((sum, name) => sum + visit(name, of), 0);
  return names.reduce((sum, name) => sum + visit(name, folder), 0);
}

export function installedVersion(name: string, folder: string): string {
  return manifest(join(folder, "node_modules", name)).version;
}

/** This package itself, as it is published, and its dependencies. */
export function ownSize(root: string): { version: string; bytes: number } {
  const { version, dependencies = {} } = manifest(root);
  return { version, bytes: folderBytes(join(root, "dist")) + installedBytes(Object.keys(dependencies), root) };
}
