import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path/posix";
import { root } from "../e2e/site.js";

const FOLDERS = ["test/kernels", "test/layers", "test/model"];

/** What only Node has: its modules, and other engines as its processes. */
const NODE_ONLY = /from "(node:|.*\/engines\/)/;

/** The spec files that run in browsers, as paths from the root: all of these folders that do not themselves ask for Node. */
export function browserSpecs(): string[] {
  const names = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)),
  );
  const specs = names.filter((name) => name.endsWith(".test.ts")).sort();
  return specs.filter((spec) => !NODE_ONLY.test(read(spec)));
}

/** Whether a spec needs a page of its own: it runs others, which a page only does once, or looks at how memory is made. */
export function needsOwnPage(spec: string): boolean {
  return /import\(".*\.test\.js"\)|memoriesOf|WebAssembly\.Memory =/.test(read(spec));
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}
