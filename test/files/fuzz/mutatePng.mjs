// PNG images: chunks that are repeated, left out, out of order, of other lengths, with other headers, or that unpack to far more.

import { deflateSync } from "node:zlib";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10];
const NAMES = ["IHDR", "PLTE", "tRNS", "IDAT", "eXIf", "iCCP", "zTXt", "acTL", "ABCD", "IEND"];
const SIDES = [0, 1, 2, 7, 8, 255, 4_096, 65_535, 65_536, 99_000_000, 2 ** 31, 2 ** 32 - 1];
const DEPTHS = [1, 2, 4, 8, 16, 3];
const COLOURS = [0, 2, 3, 4, 6, 1];

function checksum(bytes) {
  let value = -1;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  }
  return ~value >>> 0;
}

function chunk({ name, data }, random) {
  const out = Buffer.alloc(12 + data.length);
  out.writeUInt32BE(random(60) ? data.length : random(2 ** 31));
  out.write(name, 4, "latin1");
  out.set(data, 8);
  out.writeUInt32BE(random(60) ? checksum(out.subarray(4, 8 + data.length)) : 0, 8 + data.length);
  return out;
}

/** An image that is honest three times of ten. */
export function png(random) {
  const wild = random(10) > 2;
  const side = () => (wild && random(4) === 0 ? SIDES[random(SIDES.length)] : 1 + random(40));
  const header = Buffer.alloc(13);
  const [width, height] = [side(), side()];
  const colour = COLOURS[random(wild ? 6 : 5)];
  const depth = colour > 0 && !wild ? 8 : DEPTHS[random(wild ? 6 : 5)];
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, random(wild ? 3 : 2)], 8);
  const channels = [1, 1, 3, 1, 2, 1, 4][colour];
  const due = height * (1 + Math.ceil((width * channels * depth) / 8));
  const length = random(20) === 0 ? 2 ** 22 : random(3) ? Math.min(due, 2 ** 20) : random(10_000);
  const raw = Buffer.alloc(header[12] === 1 ? Math.min(2 ** 20, due + 8 * height) : length, random(3) ? 0 : random(6));
  const packed = deflateSync(raw, { level: 1 });
  const half = random(packed.length);
  let chunks = [
    { name: "IHDR", data: header },
    { name: "PLTE", data: new Uint8Array(3 * (1 + random(256))) },
    { name: "IDAT", data: packed.subarray(0, half) },
    { name: "IDAT", data: packed.subarray(half) },
    { name: "IEND", data: new Uint8Array(0) },
  ];
  for (let left = wild ? random(4) : 0; left > 0; left--) {
    const place = random(chunks.length);
    const kind = random(4);
    if (kind === 0) chunks.splice(place, 1);
    else if (kind === 1) chunks.splice(place, 0, chunks[random(chunks.length)] ?? { name: "IDAT", data: packed });
    else if (kind === 2) chunks.splice(place, 0, { name: NAMES[random(NAMES.length)], data: packed });
    else chunks = [...chunks.slice(place), ...chunks.slice(0, place)];
    if (chunks.length === 0) break;
  }
  return new Uint8Array(Buffer.concat([Uint8Array.from(SIGNATURE), ...chunks.map((each) => chunk(each, random))]));
}
