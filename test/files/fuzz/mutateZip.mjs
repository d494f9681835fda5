// Zip archives whose headers lie: about sizes, places, names, and how entries are packed.

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
/** Fields of an entry in the list at the end: offset and bytes. */
const FIELDS = [
  [8, 2],
  [10, 2],
  [16, 4],
  [20, 4],
  [24, 4],
  [28, 2],
  [30, 2],
  [32, 2],
  [42, 4],
];
/** Of one in front of its data: the lengths of its name and of what is extra. */
const LOCAL_FIELDS = [
  [0, 4],
  [26, 2],
  [28, 2],
];

/** A changed copy. */
export function mutateZip(given, random) {
  const bytes = new Uint8Array(given);
  const view = new DataView(bytes.buffer);
  const end = bytes.length - 22;
  if (end < 0 || view.getUint32(end, true) !== END) return bytes;
  const entries = [];
  for (let at = view.getUint32(end + 16, true); at + 46 <= end && view.getUint32(at, true) === CENTRAL; ) {
    entries.push(at);
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  const value = () => [0, 1, 8, 0xffff, 0x7fffffff, 0xffffffff, bytes.length, random(bytes.length)][random(8)];
  const set = (at, size) => {
    if (at + size > bytes.length) return;
    if (size === 2) view.setUint16(at, value() & 0xffff, true);
    else view.setUint32(at, value() >>> 0, true);
  };
  for (let left = random(3); left >= 0; left--) {
    const kind = random(8);
    if (kind === 0 || entries.length === 0) set(end + [8, 10, 12, 16, 20][random(5)], random(2) ? 2 : 4);
    else {
      const entry = entries[random(entries.length)];
      const [list, base] = kind < 3 ? [LOCAL_FIELDS, view.getUint32(entry + 42, true)] : [FIELDS, entry];
      const [offset, size] = list[random(list.length)];
      set(base + offset, size);
    }
  }
  return bytes;
}
