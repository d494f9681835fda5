import { readFile } from "../readFile.js";
import { glorotUniformLimit } from "../reference/glorotUniform.js";
import { sizeOf } from "../reference/tensor.js";
import type { VectorFamilies } from "./families.js";

export type { OptionsCase, Vector, VectorFamilies } from "./families.js";

/** The cases of one vector file, its arrays decoded. */
export function loadVectors<Family extends keyof VectorFamilies>(family: Family): VectorFamilies[Family][] {
  const text = new TextDecoder().decode(readFile(`test/vectors/${family}.json`));
  return JSON.parse(text, decodeArray).cases;
}

/**
 * The weights the vectors of `training` start from, for tensors of these shapes in getWeights order: vectors (biases)
 * are 0, the others a hash of the tensor's index t and the element's index i, even in Glorot's [-limit, limit).
 */
export function hashedWeights(shapes: readonly (readonly number[])[]): Float32Array[] {
  return shapes.map((shape, t) => {
    const weights = new Float32Array(sizeOf(shape));
    if (shape.length === 1) return weights;
    const limit = glorotUniformLimit(shape);
    return weights.map((_, i) => (((hash(i, t) >>> 8) / 2 ** 24) * 2 - 1) * limit);
  });
}

function hash(i: number, t: number): number {
  let u = (Math.imul(i, 2654435761) + (t + 1) * 40503) >>> 0;
  u ^= u >>> 16;
  u = Math.imul(u, 2246822507);
  u ^= u >>> 13;
  u = Math.imul(u, 3266489909);
  return u ^ (u >>> 16);
}

function decodeArray(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("f32" in value && "shape" in value)) return value;
  const bytes = Uint8Array.from(atob(String(value.f32)), (character) => character.charCodeAt(0));
  return { shape: value.shape, data: new Float32Array(bytes.buffer) };
}
