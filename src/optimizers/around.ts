import { update as pack } from "../engine/kernels/packs/update.generated.js";
// What the options that all optimizers have add to a step. Imported when one of them is used.

import type { Values } from "../base/options.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Weight } from "../engine/program/weight.js";
import { BLOCK } from "../engine/run/replay.js";
import type { Optimizer, SHARED, UpdateBlocks } from "./optimizer.js";

/** Parameters to a line: weights begin at multiples of it. */
const LINE = 16;

/** One number for each line of a block. */
export function lineRegion(program: ProgramBuilder, { parameters }: UpdateBlocks): Region {
  return program.sharedRegion(parameters.size / LINE);
}

/** The first line of a weight. */
export function firstLine(weight: Weight): number {
  return weight.gradient.offset / (4 * LINE);
}

/** Before the update, in Keras' order: the mean of gathered gradients, limits, decay. */
export function recordBefore(program: ProgramBuilder, optimizer: Optimizer, blocks: UpdateBlocks): void {
  const options = optimizer as Optimizer & Values<typeof SHARED>;
  const { gradients, weights } = blocks;
  const { gradientAccumulationSteps, clipvalue, clipnorm, globalClipnorm } = options;
  if (gradientAccumulationSteps) {
    const sums = blocks.slot("gradient_accumulator");
    program.callUpdate(pack, "updateGather", gradients, sums, program.step, gradientAccumulationSteps);
  }
  if (clipvalue) program.callUpdate(pack, "updateClip", gradients, clipvalue);
  if (clipnorm) {
    const lines = lineRegion(program, blocks);
    for (const weight of weights) {
      const { gradient, size } = weight;
      program.callUpdateOnce(pack, "updateNormLines", lines, firstLine(weight), gradient, size, clipnorm);
    }
    program.callUpdate(pack, "updateScaleLines", gradients, lines);
  }
  if (globalClipnorm) recordGlobalLimit(program, gradients, globalClipnorm);
  recordDecay(program, options, blocks);
}

function recordGlobalLimit(program: ProgramBuilder, gradients: Region, limit: number): void {
  const count = Math.ceil(gradients.size / BLOCK);
  // In double precision: two floats each.
  const sums = program.sharedRegion(2 * count);
  const factor = program.sharedRegion(1);
  program.callUpdate(pack, "updateSquares", gradients, sums, 31 - Math.clz32(BLOCK));
  program.callUpdateOnce(pack, "updateGlobalFactor", factor, sums, count, limit);
  program.callUpdate(pack, "updateScale", gradients, factor);
}

function recordDecay(program: ProgramBuilder, optimizer: Optimizer, blocks: UpdateBlocks): void {
  const { parameters, weights } = blocks;
  const decays = weights.map((weight) => (isExcluded(optimizer, weight.name) ? 0 : optimizer.decayOf(weight)));
  const different = new Set(decays);
  for (const decay of different) {
    if (decay === 0) continue;
    let lines: Region | 0 = 0;
    if (different.size > 1) {
      lines = lineRegion(program, blocks);
      for (const [i, weight] of weights.entries()) {
        const factor = decays[i] === decay ? 1 : 0;
        program.callUpdateOnce(pack, "updateFillLines", lines, firstLine(weight), weight.size, factor);
      }
    }
    program.callUpdate(pack, "updateDecay", parameters, lines, program.step, decay);
  }
}

function isExcluded({ excludeFromWeightDecay }: Optimizer, path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return excludeFromWeightDecay.some((text) => (text.includes("/") ? path : name).includes(text));
}

/** After the update: the moving averages. */
export function recordAfter(program: ProgramBuilder, { parameters, slot }: UpdateBlocks): void {
  const average = slot("average");
  if (average !== 0) program.callUpdate(pack, "updateAverage", parameters, average, program.step);
}
