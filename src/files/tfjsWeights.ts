import { checkInteger, checkNumber, show } from "../base/check.js";
import type { Bytes } from "../engine/kernels/kinds.js";
import { type Shape, sizeOf } from "../engine/program/shape.js";
import { decodeFloat16 } from "./float16.js";
import { isObject, own } from "./jsonValue.js";
import { checkShard } from "./shards.js";

/** A weight to be written. */
export interface TfjsWeight {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: "float32" | "int32";
  readonly group?: "optimizer";
  readonly data: Float32Array | Int32Array;
}

/** A weight that was read. */
export interface TfjsNumbers {
  readonly name: string;
  readonly shape: Shape;
  readonly isOptimizer: boolean;
  readonly data: Float32Array | Float64Array;
}

/** What stands in shards one after the other, whatever the borders of the shards. */
export interface WeightGroup {
  readonly paths: readonly string[];
  readonly entries: readonly Entry[];
  readonly bytes: number;
}

interface Entry extends Omit<TfjsNumbers, "data"> {
  readonly bytes: number;
  /** From a copy of the bytes. */
  decode(data: ArrayBuffer): Float32Array | Float64Array;
}

/** All numbers one after the other. */
export function joinWeights(weights: readonly TfjsWeight[]): Bytes {
  const bytes = new Uint8Array(weights.reduce((sum, { data }) => sum + data.byteLength, 0));
  let at = 0;
  for (const { data } of weights) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** @throws Error, TypeError, RangeError for a manifest that is none, or names files that do not lie beside it */
export function readManifest(where: string, manifest: unknown): readonly WeightGroup[] {
  if (!Array.isArray(manifest))
    throw new TypeError(`${where}: expected a list as weightsManifest, got ${show(manifest)}`);
  const seen = new Set<string>();
  return manifest.map((group) => {
    const paths = own(group, "paths");
    const weights = own(group, "weights");
    if (!Array.isArray(paths) || !Array.isArray(weights)) {
      throw new TypeError(`${where}: expected paths and weights in weightsManifest, got ${show(group)}`);
    }
    for (const path of paths) {
      checkFileName(where, path);
      // A file that stands for many would fill any memory.
      if (seen.has(path)) throw new RangeError(`${where}: expected a shard once, got ${show(path)} twice`);
      seen.add(path);
    }
    const entries = weights.map((entry) => readEntry(where, entry));
    return { paths, entries, bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
}

/** The name of a file beside model.json: never a path that leads elsewhere. TensorFlow.js writes `./` in front of some. */
function checkFileName(where: string, path: unknown): asserts path is string {
  if (typeof path === "string" && /^(\.\/)?[\p{L}\p{N}_-][\p{L}\p{N}_. -]*$/u.test(path)) return;
  throw new RangeError(`${where}: expected the name of a shard beside it, got ${show(path)}`);
}

function readEntry(where: string, entry: unknown): Entry {
  const name = own(entry, "name");
  const shape = own(entry, "shape");
  if (typeof name !== "string" || !Array.isArray(shape)) {
    throw new TypeError(`${where}: expected weights with a name and a shape, got ${show(entry)}`);
  }
  const what = `${where}: ${show(name)}`;
  const sizes = shape.map((size, axis) => checkInteger(`${what}: shape[${axis}]`, size, 0));
  const type = readType(what, own(entry, "dtype"), own(entry, "quantization"));
  const bytes = sizeOf(sizes) * type.bytes;
  if (!Number.isSafeInteger(bytes))
    throw new RangeError(`${what}: expected a shape that fits memory, got ${show(shape)}`);
  return { name, shape: sizes, isOptimizer: own(entry, "group") === "optimizer", bytes, decode: type.decode };
}

function readType(what: string, dtype: unknown, quantization: unknown): { bytes: number; decode: Entry["decode"] } {
  if (isObject(quantization)) {
    const held = own(quantization, "dtype");
    if (dtype !== "float32")
      throw new RangeError(`${what}: expected quantized weights of dtype float32, got ${show(dtype)}`);
    if (held === "float16") return { bytes: 2, decode: (data) => decodeFloat16(new Uint16Array(data)) };
    const scale = checkNumber(`${what}: quantization.scale`, own(quantization, "scale"));
    const min = checkNumber(`${what}: quantization.min`, own(quantization, "min"));
    const restore = (levels: ArrayLike<number>) => Float32Array.from(levels, (level) => level * scale + min);
    if (held === "uint8") return { bytes: 1, decode: (data) => restore(new Uint8Array(data)) };
    if (held === "uint16") return { bytes: 2, decode: (data) => restore(new Uint16Array(data)) };
    throw new RangeError(`${what}: expected a quantization among uint8, uint16, float16, got ${show(held)}`);
  }
  if (dtype === "float32") return { bytes: 4, decode: (data) => new Float32Array(data) };
  // The optimizer's step.
  if (dtype === "int32") return { bytes: 4, decode: (data) => Float64Array.from(new Int32Array(data)) };
  throw new RangeError(`${what}: expected a dtype among float32, int32, got ${show(dtype)}`);
}

/** @throws RangeError if the shards do not hold just the weights that were announced; Error if they are another model's */
export async function readWeightData(
  where: string,
  groups: readonly WeightGroup[],
  files: (path: string) => Promise<Uint8Array>,
): Promise<readonly TfjsNumbers[]> {
  const read = groups.map(async ({ paths, entries, bytes }) => {
    const shards = await Promise.all(paths.map(files));
    const length = shards.reduce((sum, shard) => sum + shard.length, 0);
    if (length !== bytes)
      throw new RangeError(`${where}: expected ${bytes} bytes in ${paths.join(", ")}, got ${length}`);
    for (const [i, path] of paths.entries()) checkShard(where, path.replace(/^\.\//, ""), shards[i]!);
    const data = new Uint8Array(length);
    let at = 0;
    for (const shard of shards) {
      data.set(shard, at);
      at += shard.length;
    }
    at = 0;
    return entries.map(({ name, shape, isOptimizer, bytes, decode }) => {
      const begin = at;
      at += bytes;
      return { name, shape, isOptimizer, data: decode(data.slice(begin, at).buffer) };
    });
  });
  return (await Promise.all(read)).flat();
}
