import { show } from "../base/check.js";
import { arrayKind } from "../engine/kernels/kinds.js";
import { formatShape, type Shape, sizeOf } from "../engine/program/shape.js";
import type { NestedArray, NumberArray, ShapedNumbers } from "./samples.js";

/** One sample: a number, numbers in a row or in nested arrays, or with their shape; what `fromPixels` gives is one image. */
export type Sample = number | NumberArray | NestedArray | ShapedNumbers;

/** Numbers of several samples, the batch axis first. */
export interface StackedNumbers {
  readonly data: Uint8Array | Float32Array;
  readonly shape: number[];
}

/**
 * Samples of one shape as a batch: of shape (n, ...shape). Images as `fromPixels` gives them, (1, height, width, channels), become (n,
 * height, width, channels). Bytes stay bytes, everything else becomes 32-bit floats.
 * @throws TypeError for what is no sample; RangeError for none at all, and where shapes differ
 */
export function stack(samples: readonly Sample[]): StackedNumbers {
  return stackAs("stack", samples);
}

/** `stack` with the words its errors begin with. */
export function stackAs(where: string, samples: readonly Sample[]): StackedNumbers {
  if (!Array.isArray(samples)) throw new TypeError(`${where}: expected an array of samples, got ${show(samples)}`);
  if (samples.length === 0) throw new RangeError(`${where}: expected at least one sample, got none`);
  const parts = samples.map((sample, i) => numbersOf(`${where}: index ${i}`, sample));
  const { shape } = parts[0]!;
  const size = sizeOf(shape);
  const isBytes = parts.every(({ data }) => /^Uint8/.test(arrayKind(data) ?? ""));
  const data = isBytes ? new Uint8Array(parts.length * size) : new Float32Array(parts.length * size);
  for (const [i, part] of parts.entries()) {
    if (String(part.shape) !== String(shape)) {
      const [one, other] = [shape, part.shape].map((each) => formatShape(each));
      throw new RangeError(`${where}: expected samples of one shape, ${one}, got ${other} at index ${i}`);
    }
    data.set(part.data, i * size);
  }
  return { data, shape: [parts.length, ...shape] };
}

function numbersOf(where: string, sample: Sample): ShapedNumbers {
  if (typeof sample === "number") return { data: [sample], shape: [] };
  if (arrayKind(sample)) return { data: sample as NumberArray, shape: [(sample as NumberArray).length] };
  if (Array.isArray(sample)) {
    const inner = sample.map((each: Sample, i) => numbersOf(`${where}[${i}]`, each));
    const shape = inner[0]?.shape ?? [];
    const uneven = inner.findIndex((each) => String(each.shape) !== String(shape));
    if (uneven >= 0) throw new RangeError(`${where}: expected arrays of one length, got others at [${uneven}]`);
    return { data: inner.flatMap(({ data }) => Array.from(data)), shape: [sample.length, ...shape] };
  }
  const { data, shape } = (sample ?? {}) as ShapedNumbers;
  if (!Array.isArray(shape) || (!Array.isArray(data) && !arrayKind(data))) {
    throw new TypeError(`${where}: expected a number, numbers or { data, shape }, got ${show(sample)}`);
  }
  if (sizeOf(shape) !== data.length) {
    throw new RangeError(
      `${where}: expected ${sizeOf(shape)} numbers for shape ${formatShape(shape)}, got ${data.length}`,
    );
  }
  return { data, shape: isImage(shape) ? shape.slice(1) : shape };
}

/** As `fromPixels` gives it. */
function isImage(shape: Shape): boolean {
  return shape.length === 4 && shape[0] === 1;
}
