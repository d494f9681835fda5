import { foldNormalization as pack } from "../../engine/kernels/packs/foldNormalization.generated.js";
import type { ProgramBuilder } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import type { Weight } from "../../engine/program/weight.js";

/** Kernel (..., n) and bias (n) with the normalisation of the layer's n outputs in them: made when the weights have changed. */
export function foldNormalization(
  program: ProgramBuilder,
  [kernel, bias]: readonly (Weight | undefined)[],
  { scale: hasGamma, center: hasBeta, epsilon }: { scale: boolean; center: boolean; epsilon: number },
  weights: readonly Weight[],
  n: number,
): readonly [Weight, Weight] {
  const rest = [...weights];
  const gamma = hasGamma ? rest.shift()! : 0;
  const beta = hasBeta ? rest.shift()! : 0;
  const [mean, variance] = rest;
  const scale = program.prepare([gamma, variance!], pack, "foldNormalizationScale", n, n, epsilon);
  const { shape, size } = kernel!;
  const folded = program.prepare([kernel!, scale], pack, "foldNormalizationKernel", size, size / n, n);
  const sources = [bias ?? 0, beta, mean!, scale] as const;
  const foldedBias = program.prepare(sources, pack, "foldNormalizationBias", n, n);
  return [constant("kernel", shape, folded), constant("bias", [n], foldedBias)];
}

/** A prepared copy in the place of a weight; there is no gradient for it. */
function constant(name: string, shape: Shape, value: Region): Weight {
  return { name, shape, trainable: false, value, gradient: value, size: value.size };
}
