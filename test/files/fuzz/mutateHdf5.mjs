// HDF5 files with wrong numbers in the right places: in messages of object headers, nodes of trees and heaps.

const SIGNATURES = ["TREE", "SNOD", "HEAP", "GCOL"];
/** Datasets' shapes, types and places, attributes, continuations, symbol tables, links, what is unknown. */
const TYPES = [0x00, 0x01, 0x03, 0x08, 0x0c, 0x10, 0x11, 0x02, 0x06, 0x15, 0x77];

/** Where headers of version 1 begin: a version, a count, one reference, a size that fits. */
function headersIn(bytes, view) {
  const found = [];
  for (let at = 0; at + 16 <= bytes.length; at += 8) {
    if (bytes[at] !== 1 || bytes[at + 1] !== 0 || view.getUint32(at + 4, true) !== 1) continue;
    const size = view.getUint32(at + 8, true);
    if (size > 0 && at + 16 + size <= bytes.length && view.getUint16(at + 2, true) > 0) found.push({ at, size });
  }
  return found;
}

function messagesIn(view, { at, size }) {
  const found = [];
  for (let place = at + 16; place + 8 <= at + 16 + size; place += 8 + view.getUint16(place + 2, true)) {
    found.push({ at: place, size: view.getUint16(place + 2, true) });
  }
  return found;
}

function signaturesIn(bytes) {
  const found = [];
  for (let at = 0; at + 32 <= bytes.length; at += 8) {
    if (SIGNATURES.includes(String.fromCharCode(...bytes.subarray(at, at + 4)))) found.push(at);
  }
  return found;
}

/** A header at the end that goes on in up to 1,000 places, one behind the other, each to the end. */
function withContinuations(bytes, random) {
  const count = 1 + random(1_000);
  const begin = 8 * Math.ceil(bytes.length / 8);
  const end = begin + 16 + 24 * count;
  const out = new Uint8Array(end + 8 * count);
  out.set(bytes);
  const view = new DataView(out.buffer);
  out[begin] = 1;
  view.setUint32(begin + 8, 24 * count, true);
  for (let i = 0; i < count; i++) {
    const at = begin + 16 + 24 * i;
    out[at] = out[at + 2] = 16;
    view.setBigUint64(at + 8, BigInt(end + 8 * i), true);
    view.setBigUint64(at + 16, BigInt(8 * (count - i)), true);
  }
  view.setBigUint64(64, BigInt(begin), true);
  return out;
}

/** A changed copy. @param numbers that tend to break readers */
export function mutateHdf5(given, random, numbers) {
  const bytes = new Uint8Array(given);
  const view = new DataView(bytes.buffer);
  const headers = headersIn(bytes, view);
  const places = signaturesIn(bytes);
  const one = (list) => list[random(list.length)];
  /** Of an object, a node or a heap, of anything, or beyond all. */
  const address = () => {
    const kinds = [headers.map(({ at }) => at), places, [8 * random(bytes.length >> 3)]].filter(({ length }) => length);
    return random(6) ? BigInt(one(one(kinds))) : one(numbers);
  };
  const u64 = (at, value) => at + 8 <= bytes.length && view.setBigUint64(at, BigInt.asUintN(64, value), true);
  const u16 = (at, value) => at + 2 <= bytes.length && view.setUint16(at, value, true);
  if (headers.length === 0) return bytes;
  if (random(20) === 0) return withContinuations(bytes, random);
  for (let left = random(6); left >= 0; left--) {
    const header = one(headers);
    const messages = messagesIn(view, header);
    const message = messages.length > 0 ? one(messages) : { at: header.at + 16, size: 0 };
    const kind = random(8);
    if (kind === 0) u16(message.at, one(TYPES));
    if (kind === 1) u16(message.at + 2, random(3) ? 8 * random(20) : random(65_536));
    if (kind === 2) view.setUint32(header.at + 8, random(2) ? bytes.length : 8 * random(bytes.length), true);
    if (kind === 3 || kind === 4) {
      // A header that goes on elsewhere, as often as there are messages.
      for (const { at } of kind === 3 ? [message] : messages) {
        u16(at, 0x10);
        u16(at + 2, 16);
        u64(at + 8, address());
        u64(at + 16, BigInt(random(bytes.length)));
      }
    }
    if (kind === 5) u64(message.at + 8 * (1 + random(4)), random(2) ? address() : one(numbers));
    if (kind > 5 && places.length > 0) u64(one(places) + 8 * random(12), random(2) ? address() : one(numbers));
    if (kind === 7 && places.length > 0) u16(one(places) + 6, random(2) ? 65_535 : random(40));
  }
  return bytes;
}
