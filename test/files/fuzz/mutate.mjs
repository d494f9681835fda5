// Files that nobody wrote: those of test/files/keras, cut, flipped, spliced, and with wrong numbers in them.

import { readdirSync, readFileSync } from "node:fs";
import { unzipSync, zipSync } from "fflate";

const folder = new URL("../keras/", import.meta.url);
const seeds = readdirSync(folder)
  .filter((name) => /\.(keras|h5)$/.test(name))
  .map((name) => ({ name, bytes: new Uint8Array(readFileSync(new URL(name, folder))) }));

/** mulberry32: integers below a limit. */
function randomFrom(seed) {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return Math.floor((((z ^ (z >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

const NUMBERS = [
  0n,
  1n,
  7n,
  8n,
  96n,
  255n,
  2n ** 16n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
];
const VALUES = [
  "0",
  "-1",
  "1e9",
  "1e308",
  "0.5",
  "null",
  '"x"',
  "[]",
  "{}",
  "[[]]",
  "true",
  "[1e9,1e9]",
  '{"__proto__":{"a":1}}',
];
const WORDS = [
  "__proto__",
  "constructor",
  "Lambda",
  "Sequential",
  "InputLayer",
  "Dense",
  "",
  "../../etc/passwd",
  "é".repeat(300),
];

function mutateBytes(bytes, random) {
  let out = bytes.slice();
  const kind = random(7);
  const at = () => random(out.length);
  if (kind === 0) return out.subarray(0, at());
  if (kind === 1) for (let i = random(8); i >= 0; i--) out[at()] ^= 1 << random(8);
  if (kind === 2) for (let i = random(4); i >= 0; i--) out[at()] = [0, 1, 255, random(256)][random(4)];
  if (kind === 3) {
    // Where numbers lie, mostly: at multiples of 8.
    const view = new DataView(out.buffer);
    for (let i = random(3); i >= 0; i--) {
      const place = 8 * random(Math.max(1, (out.length - 8) >> 3));
      const number = random(2) ? NUMBERS[random(NUMBERS.length)] : BigInt(random(out.length));
      if (random(2)) view.setBigUint64(place, number, true);
      else view.setUint16(place + 2 * random(4), Number(number & 0xffffn), true);
    }
  }
  if (kind === 4) out.copyWithin(at(), at(), at());
  if (kind === 5) {
    const [begin, end] = [at(), at()].sort((a, b) => a - b);
    out = new Uint8Array([...out.subarray(0, begin), ...out.subarray(end)]);
  }
  if (kind === 6) {
    const place = at();
    out = new Uint8Array([
      ...out.subarray(0, place),
      ...out.subarray(random(place + 1), place),
      ...out.subarray(place),
    ]);
  }
  return out;
}

function mutateText(text, random) {
  if (random(4) === 0) return new TextDecoder().decode(mutateBytes(new TextEncoder().encode(text), random));
  const parts = text.split(random(2) ? /(?<=[:[,] ?)(-?\d+(?:\.\d+)?|true|false|null)(?=[,\]}])/ : /"([^"]*)"/);
  const place = 2 * random(parts.length >> 1) + 1;
  const word = text.includes(`"${parts[place]}"`);
  parts[place] = word ? `"${WORDS[random(WORDS.length)]}"` : VALUES[random(VALUES.length)];
  return parts.map((part, i) => (word && i % 2 === 1 && i !== place ? `"${part}"` : part)).join("");
}

function mutateArchive(bytes, random) {
  const entries = unzipSync(bytes);
  const names = Object.keys(entries);
  const name = names[random(names.length)];
  if (random(12) === 0) delete entries[name];
  else if (name.endsWith(".json")) {
    entries[name] = new TextEncoder().encode(mutateText(new TextDecoder().decode(entries[name]), random));
  } else entries[name] = mutateBytes(entries[name], random);
  return zipSync(entries, { level: random(3) === 0 ? 6 : 0 });
}

/** The same number gives the same file. */
export function mutant(number) {
  const random = randomFrom(number);
  const { name, bytes } = seeds[random(seeds.length)];
  let out = bytes;
  for (let i = random(3); i >= 0; i--) {
    try {
      out = name.endsWith(".keras") && random(3) > 0 ? mutateArchive(out, random) : mutateBytes(out, random);
    } catch {
      // No archive any more: what there is will do.
      break;
    }
  }
  return { name, bytes: out };
}
