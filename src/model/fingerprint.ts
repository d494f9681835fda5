import type { Bytes } from "../engine/kernels/kinds.js";
/** SHA-256 over 32-bit floats, little-endian, one array after the other, as hex digits. */
export async function fingerprint(arrays: readonly Float32Array[]): Promise<string> {
  const bytes = new DataView(new ArrayBuffer(arrays.reduce((sum, { length }) => sum + 4 * length, 0)));
  let at = 0;
  for (const array of arrays) {
    for (const value of array) {
      bytes.setFloat32(at, value, true);
      at += 4;
    }
  }
  return Array.from(await sha256(new Uint8Array(bytes.buffer)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function sha256(bytes: Bytes): Promise<Uint8Array> {
  // Browsers have it on pages from https or from this machine.
  if (globalThis.crypto?.subtle) return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const { sha256 } = await import("@noble/hashes/sha2.js");
  return sha256(bytes);
}
