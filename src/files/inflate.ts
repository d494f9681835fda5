import { Inflate } from "fflate";

/** Packed bytes that are unpacked at a time: they grow to 4 MB at most. */
const PACKED_PIECE = 2 ** 12;

/**
 * Unpacks an entry of a zip archive; undefined where it cannot be done, or is longer than `size`.
 * @param pause called after each piece
 * @param count told of the bytes of each piece
 */
export async function inflate(
  data: Uint8Array,
  size: number,
  pause: () => Promise<void>,
  count: (length: number) => void,
): Promise<Uint8Array | undefined> {
  const out = new Uint8Array(size);
  let at = 0;
  const unpacking = new Inflate((piece) => {
    count(piece.length);
    // Throws where there is no room.
    out.set(piece, at);
    at += piece.length;
  });
  try {
    for (let begin = 0; begin < data.length; begin += PACKED_PIECE) {
      const end = begin + PACKED_PIECE;
      unpacking.push(data.subarray(begin, end), end >= data.length);
      await pause();
    }
  } catch {
    return undefined;
  }
  return out.subarray(0, at);
}
