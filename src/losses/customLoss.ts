import { checkShape, show } from "../base/check.js";
import { checkGiven, fn } from "../base/functions.js";
import { checkDeclared, type Given, optional, text, type Values } from "../base/options.js";
import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import { Loss, type RecordedLoss, SHARED } from "./loss.js";
import { recordPerSample } from "./perSample.js";
import { isLossName } from "./resolve.js";

/** The loss of one sample: its target, what the model gives for it, both row-major, and the shape of the latter. */
export type SampleLoss = (yTrue: Float32Array, yPred: Float32Array, shape: Shape) => number;

/** Writes the slope of that for each number of `yPred` into `gradient`, which holds zeros. */
export type SampleGradient = (yTrue: Float32Array, yPred: Float32Array, gradient: Float32Array, shape: Shape) => void;

/** The shape of the target of one sample, for outputs of this shape. */
export type TargetShape = (output: Shape) => Shape;

const OPTIONS = {
  /** Under which it is saved, and logged as a metric: a name that no loss here has. */
  name: text(),
  /** The loss of one sample. */
  value: fn<SampleLoss>(),
  /** The slope of that. */
  gradient: fn<SampleGradient>(),
  /** The shape of one sample's target. Default: that of the outputs. */
  targetShape: optional(fn<TargetShape>(), () => (output: Shape) => output),
  ...SHARED,
};

/** Options of `customLoss`. */
export type CustomLossOptions = Given<typeof OPTIONS>;

/** Its functions are called on the calling thread, sample after sample, between the forward and the backward pass of the whole batch. */
class CustomLoss extends Loss {
  readonly name: string;
  readonly #functions: Pick<Values<typeof OPTIONS>, "value" | "gradient" | "targetShape">;

  constructor(options: CustomLossOptions) {
    const { name, reduction, ...functions } = checkDeclared("customLoss", OPTIONS, options);
    super("CustomLoss", { reduction }, SHARED);
    this.name = name;
    this.#functions = functions;
    if (!isLossName(name)) return;
    throw new RangeError(`customLoss.name: expected a name that no loss here has, got ${show(name)}`);
  }

  targetShape(output: Shape): Shape {
    return checkShape(`customLoss ${show(this.name)}.targetShape`, this.#functions.targetShape(output));
  }

  override get isFunction(): boolean {
    return true;
  }

  /** One loss a sample, and so one weight. */
  override weightShape(): Shape {
    return [];
  }

  protected override positions(): number {
    return 1;
  }

  protected recordMean(program: ProgramBuilder, output: Region, target: Region, weights: Region | 0): RecordedLoss {
    const { value, gradient } = this.#functions;
    const where = `customLoss ${show(this.name)}.value`;
    const { shape, size } = output;
    const values = program.batchRegion([1]);
    let slopes: Region | undefined;
    recordPerSample(program, output, target, weights, (rows, samples) => {
      const losses = rows(values);
      const all = slopes && rows(slopes);
      const slope = new Float32Array(size);
      return (yTrue, yPred, weight, i) => {
        losses[i] = weight * checkGiven(where, value(yTrue, yPred, shape));
        if (!all) return;
        slope.fill(0);
        gradient(yTrue, yPred, slope, shape);
        for (let j = 0; j < size; j++) all[i * size + j] = (slope[j]! * weight) / samples;
      };
    });
    return {
      values,
      backward() {
        slopes = program.batchRegion(shape);
        return { region: output, gradient: slopes };
      },
    };
  }
}

/**
 * A loss of your own: its value and its gradient for one sample. What comes of all samples, their weights and `reduction`, is computed here
 * as for other losses. For `compile`; may be reported as a metric too.
 *
 *     const pinball = customLoss({
 *       name: "pinball",
 *       value: ([t], [p]) => Math.max(0.9 * (t - p), 0.1 * (p - t)),
 *       gradient: ([t], [p], gradient) => { gradient[0] = t > p ? -0.9 : 0.1; },
 *     });
 *
 * The functions get `yTrue` in the shape of a target, `yPred` in that of an output, row-major, as copies that live as long as the call. They
 * must give the same for the same numbers; where the same bits on all engines are wanted, they must do without `Math.exp` and its like, in
 * which engines differ. Files hold its name alone: it is known to what reads them once a model has been compiled with it, or `registerLoss` was called.
 * @throws TypeError, RangeError for wrong options; `fit` and `evaluate` throw what the functions throw, and TypeError if `value` gives no number:
 *   the weights are then those of the last completed step
 */
export function customLoss(options: CustomLossOptions): Loss {
  return new CustomLoss(options);
}
