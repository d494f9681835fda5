import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folder with the files that Keras wrote. */
export const KERAS_FILES = fileURLToPath(new URL("keras/", import.meta.url));

export interface KerasCase {
  readonly x: number[];
  readonly shape: number[];
  readonly y: number[];
  readonly targets: number[];
  readonly after: number[] | null;
}

const { networks } = JSON.parse(readFileSync(`${KERAS_FILES}expected.json`, "utf8")) as {
  networks: Record<string, KerasCase>;
};

export const kerasCases: [name: string, expected: KerasCase][] = Object.entries(networks);

export function kerasFile(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(KERAS_FILES + name));
}
