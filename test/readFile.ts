import { readFileSync } from "node:fs";

/** The bytes of a file of this project; `path` from its root. In browsers test/browser/readFile.ts stands in for this. */
export function readFile(path: string): Uint8Array {
  return readFileSync(new URL(`../${path}`, import.meta.url));
}
