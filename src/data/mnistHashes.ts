import { sha256 } from "#platform";
import type { Mnist } from "./fourFiles.js";

/** Sizes and SHA-256 of the four files of MNIST, not compressed. */
const FILES: Readonly<Record<keyof Mnist, readonly [bytes: number, hash: string]>> = {
  trainImages: [47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"],
  trainLabels: [60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"],
  testImages: [7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"],
  testLabels: [10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"],
};

/** How these bytes differ from a file of MNIST; undefined if they do not. */
export async function damageOf(part: keyof Mnist, bytes: Uint8Array): Promise<string | undefined> {
  const [size, hash] = FILES[part];
  if (bytes.length !== size) return `expected ${size} bytes, got ${bytes.length}`;
  const found = await sha256(bytes);
  return found === hash ? undefined : `expected MNIST's own bytes, SHA-256 ${hash}, got others, ${found}`;
}
