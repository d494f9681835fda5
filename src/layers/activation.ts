import { checkChoice } from "../engine/check.js";
import { relu } from "../engine/packs/relu.generated.js";
import { softmax } from "../engine/packs/softmax.generated.js";
import type { ProgramBuilder, Recorded } from "../engine/program.js";
import type { Region } from "../engine/region.js";
import type { Weight } from "../engine/weight.js";

const ACTIVATIONS = ["linear", "relu", "softmax"] as const;

/** `linear`: x. `relu`: max(x, 0). `softmax`: e^x / sum e^x over the last axis. */
export type ActivationName = (typeof ACTIVATIONS)[number];

/** @throws RangeError for a name that is none */
export function checkActivation(where: string, name: unknown): ActivationName {
  return checkChoice(where, name, ACTIVATIONS);
}

/**
 * Ends a layer with its activation: `linear` is what it recorded so far. The activation is an entry of its own on the
 * tape, so that a loss can start behind a softmax.
 */
export function recordActivation(
  program: ProgramBuilder,
  layer: { readonly name: string; readonly activation: ActivationName },
  linear: Recorded,
  inputs: readonly Region[],
  weights: readonly Weight[],
): Recorded {
  if (layer.activation === "linear") return linear;
  const activate = layer.activation === "relu" ? recordRelu : recordSoftmax;
  const [z] = program.apply({ name: layer.name, record: () => linear }, inputs, weights);
  return { outputs: program.apply({ name: layer.name, record: () => activate(program, z!) }, [z!], []) };
}

function recordRelu(program: ProgramBuilder, x: Region): Recorded {
  const y = program.region(x.shape);
  program.call(relu, "reluForward", y, x, x.size);
  return {
    outputs: [y],
    backward([dy]) {
      const dx = program.region(x.shape);
      program.call(relu, "reluBackward", dx, dy!, y, x.size);
      return [dx];
    },
  };
}

function recordSoftmax(program: ProgramBuilder, x: Region): Recorded {
  const classes = x.shape.at(-1)!;
  const rows = x.size / classes;
  const y = program.region(x.shape);
  y.logits = x;
  program.call(softmax, "softmaxForward", y, x, rows, classes);
  return {
    outputs: [y],
    backward([dy]) {
      const dx = program.region(x.shape);
      program.call(softmax, "softmaxBackward", dx, dy!, y, rows, classes);
      return [dx];
    },
  };
}
