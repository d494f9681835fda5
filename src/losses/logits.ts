import { softmax as softmaxPack } from "../engine/kernels/packs/softmax.generated.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";

/**
 * What a cross-entropy starts from, if not from probabilities: what comes before a softmax or sigmoid. It does not ask which of the
 * two it was: as in Keras on TensorFlow, the loss brings its own (`_get_logits` of keras/src/backend/tensorflow/nn.py).
 */
export function logitsOf(output: Region, fromLogits: boolean): Region | undefined {
  return output.logits ?? (fromLogits ? output : undefined);
}

/** The softmax of these logits over the last axis: the output itself where that is it. */
export function softmaxOf(program: ProgramBuilder, logits: Region, output: Region): Region {
  if (output.logitsOf === "softmax") return output;
  const classes = logits.shape.at(-1)!;
  const y = program.region(logits.shape);
  program.call(softmaxPack, "softmaxForward", y, logits, logits.size / classes, classes);
  return y;
}
