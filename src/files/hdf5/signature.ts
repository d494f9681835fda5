export const SIGNATURE: readonly number[] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

export function isHdf5(file: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => file[i] === byte);
}
