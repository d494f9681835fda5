// Files that nobody wrote: those of test/files/keras and test/files/tfjs and a safetensors file, cut, flipped, spliced, with wrong
// numbers in them, blindly or where their formats have numbers; and images.

import { readdirSync, readFileSync } from "node:fs";
import { unzipSync, zipSync } from "fflate";
import { writeSafetensors } from "wasm-cnn/files/safetensors";
import { mutateHdf5 } from "./mutateHdf5.mjs";
import { png } from "./mutatePng.mjs";
import { mutateZip } from "./mutateZip.mjs";

const folder = new URL("../keras/", import.meta.url);
const keras = readdirSync(folder)
  .filter((name) => /\.(keras|h5)$/.test(name))
  .map((name) => ({ name, bytes: new Uint8Array(readFileSync(new URL(name, folder))) }));

/** `model.json`, and its shards by their names. */
const tfjs = ["trained", "frozen", "windows", "uint8", "float16"].map((name) => {
  const place = new URL(`../tfjs/${name}/`, import.meta.url);
  const shards = readdirSync(place).filter((file) => file.endsWith(".bin"));
  const read = (file) => new Uint8Array(readFileSync(new URL(file, place)));
  return {
    name: `${name}/model.json`,
    bytes: read("model.json"),
    shards: new Map(shards.map((file) => [file, read(file)])),
  };
});

const weights = [
  { name: "dense/kernel", shape: [4, 3], data: new Float32Array(12).fill(1) },
  { name: "dense/bias", shape: [3], data: new Float32Array(3).fill(2) },
];
const safetensors = { name: "dense.safetensors", bytes: writeSafetensors(weights) };
const image = { name: "image.png" };
const seeds = [...keras, ...tfjs, safetensors, safetensors, image, image, image];

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

/** Larger entries are left out when an archive is made anew. */
const MOST_ENTRY = 2 ** 22;
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
  parts[place] = word ? `"${WORDS[random(WORDS.length)]}"` : random(5) ? VALUES[random(VALUES.length)] : nested(random);
  return parts.map((part, i) => (word && i % 2 === 1 && i !== place ? `"${part}"` : part)).join("");
}

/** Lists or objects in one another, up to 100,000 of them. */
function nested(random) {
  const depth = 10 ** (1 + random(5));
  return random(2) ? "[".repeat(depth) + "]".repeat(depth) : `${'{"config":'.repeat(depth)}1${"}".repeat(depth)}`;
}

function mutateArchive(bytes, random) {
  // Sizes may be lies by now, and this one believes them.
  const entries = unzipSync(bytes, { filter: ({ originalSize }) => originalSize < MOST_ENTRY });
  const names = Object.keys(entries);
  const name = names[random(names.length)];
  if (random(12) === 0) delete entries[name];
  else if (name.endsWith(".json")) {
    entries[name] = new TextEncoder().encode(mutateText(new TextDecoder().decode(entries[name]), random));
  } else entries[name] = mutateWeights(entries[name], random);
  return zipSync(entries, { level: random(3) === 0 ? 6 : 0 });
}

function mutateWeights(bytes, random) {
  return random(3) ? mutateHdf5(bytes, random, NUMBERS) : mutateBytes(bytes, random);
}

function mutateTfjs({ bytes, shards }, random) {
  const files = [...shards];
  if (random(8) > 0) return { bytes: encode(mutateText(decode(bytes), random)), shards };
  const place = random(files.length);
  files[place] = [files[place][0], mutateBytes(files[place][1], random)];
  return { bytes, shards: new Map(files) };
}

/** The length in front, JSON, and numbers: as they are, or with the length that the changed JSON has. */
function mutateSafetensors(bytes, random) {
  if (random(3) === 0) return mutateBytes(bytes, random);
  const end = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = encode(mutateText(decode(bytes.subarray(8, end)), random));
  const out = new Uint8Array([...bytes.subarray(0, 8), ...header, ...bytes.subarray(end)]);
  new DataView(out.buffer).setBigUint64(0, BigInt(header.length), true);
  return out;
}

const encode = (text) => new TextEncoder().encode(text);
const decode = (bytes) => new TextDecoder().decode(bytes);

function mutate(name, file, random) {
  if (file.shards) return mutateTfjs(file, random);
  if (name.endsWith(".safetensors")) return { bytes: mutateSafetensors(file.bytes, random) };
  if (name.endsWith(".h5")) return { bytes: mutateWeights(file.bytes, random) };
  const kind = random(6);
  if (kind === 0) return { bytes: mutateZip(file.bytes, random) };
  return { bytes: kind > 2 ? mutateArchive(file.bytes, random) : mutateBytes(file.bytes, random) };
}

/** The same number gives the same file. Models of several files have shards. */
export function mutant(number) {
  const random = randomFrom(number);
  const { name, ...whole } = seeds[random(seeds.length)];
  if (name === image.name) return { name, bytes: png(random) };
  let file = whole;
  for (let i = random(3); i >= 0; i--) {
    try {
      file = mutate(name, file, random);
    } catch {
      // No archive any more: what there is will do.
      break;
    }
  }
  return { name, ...file };
}
