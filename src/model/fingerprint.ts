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
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
