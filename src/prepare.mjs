// Builds the package when npm prepares it: after `npm install` in a clone, before `npm pack` and `npm publish`, and once more
// when npx links the clone, which takes seconds in silence. What is up to date is not built again, but for packages that leave
// this machine, and in CI.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const SOURCES = ["assembly", "src", "asconfig.json", "package.json"];
/** One of each step of the build; each step begins with the removal of what it makes, or writes all of it. */
const OUTPUTS = ["cli/main.js", "index.js", "kernels.wasm", "worker.js", "wasm-cnn.min.js", "demo/index.html"];

/** The paths of a file or folder and of all in it: a folder's own time tells of files that have gone. */
function pathsIn(name) {
  const path = join(root, name);
  if (!statSync(path).isDirectory()) return [path];
  return [path, ...readdirSync(path, { recursive: true }).map((each) => join(path, each))];
}

function isUpToDate() {
  const outputs = OUTPUTS.map((name) => join(root, "dist", name));
  if (!outputs.every((path) => existsSync(path))) return false;
  const changed = Math.max(...SOURCES.flatMap(pathsIn).map((path) => statSync(path).mtimeMs));
  return outputs.every((path) => statSync(path).mtimeMs >= changed);
}

const { CI, npm_command: command } = process.env;
const leaves = command === "pack" || command === "publish";
if ((CI && CI !== "false") || leaves || !isUpToDate()) {
  if (!existsSync(join(root, "node_modules/assemblyscript"))) {
    console.error(`wasm-cnn: expected what it is built with, got none: run \`npm install\` in ${root} first`);
    process.exit(1);
  }
  execFileSync("npm", ["run", "build"], { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
}
