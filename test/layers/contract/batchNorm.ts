import {
  type Initializer,
  Layer,
  type LayerConfig,
  type LayerOptions,
  type ProgramBuilder,
  type Recorded,
  type Region,
  type Shape,
  type Weight,
  type WeightSpec,
  Zeros,
} from "wasm-cnn";
import { core } from "../../../dist/engine/packs/core.generated.js";
import { testKernels } from "./testKernels.js";

const ones: Initializer = { className: "Ones", fill: (weight) => weight.constant(1) };

export const MOMENTUM = 0.9;
export const EPSILON = 1e-3;

/**
 * y = gamma (x - mean) / sqrt(variance + epsilon) + beta for each channel, with mean and variance of the whole batch in
 * training and the moving ones at inference. Shapes: (..., channels), unchanged.
 */
export class BatchNorm extends Layer {
  constructor(options: LayerOptions = {}) {
    super("BatchNorm", options);
  }

  outputShape([input]: readonly Shape[]): Shape {
    return input!;
  }

  override weightSpecs([input]: readonly Shape[]): readonly WeightSpec[] {
    const shape = [input!.at(-1)!];
    return [
      { name: "gamma", shape, initializer: ones },
      { name: "beta", shape, initializer: new Zeros() },
      { name: "moving_mean", shape, initializer: new Zeros(), trainable: false },
      { name: "moving_variance", shape, initializer: ones, trainable: false },
    ];
  }

  record(program: ProgramBuilder, [x]: readonly Region[], weights: readonly Weight[]): Recorded {
    const [gamma, beta, movingMean, movingVariance] = weights as [Weight, Weight, Weight, Weight];
    const channels = x!.shape.at(-1)!;
    const sizes = [x!.size / channels, channels] as const;
    const y = program.region(x!.shape);
    const affine = [gamma.value, beta.value] as const;
    if (!program.training) {
      program.call(
        testKernels,
        "batchNormForward",
        y,
        x!,
        movingMean.value,
        movingVariance.value,
        ...affine,
        ...sizes,
        EPSILON,
      );
      return { outputs: [y] };
    }

    // What every shard needs of all the others: behind a barrier, the mean over the rows of the batch.
    const batchMean = (rows: Region) => {
      const mean = program.scratch(channels);
      program.call(testKernels, "batchNormMeans", mean, program.allRows(rows), program.step, ...sizes);
      return mean;
    };
    const rows = () => program.batchRegion([channels]);
    const move = (moving: Weight, values: Region) =>
      program.callOnce(
        testKernels,
        "batchNormMoving",
        moving.value,
        program.allRows(values),
        program.step,
        ...sizes,
        MOMENTUM,
      );

    const sums = rows();
    program.call(testKernels, "batchNormSums", sums, x!, ...sizes);
    program.barrier();
    const mean = batchMean(sums);
    const squares = rows();
    program.call(testKernels, "batchNormSquares", squares, x!, mean, ...sizes);
    program.barrier();
    const variance = batchMean(squares);
    program.call(testKernels, "batchNormForward", y, x!, mean, variance, ...affine, ...sizes, EPSILON);
    if (gamma.trainable) {
      move(movingMean, sums);
      move(movingVariance, squares);
    }
    return {
      outputs: [y],
      backward([dy]) {
        const dySums = rows();
        const products = rows();
        program.call(testKernels, "batchNormSums", dySums, dy!, ...sizes);
        program.call(testKernels, "batchNormProducts", products, dy!, x!, mean, variance, ...sizes, EPSILON);
        if (beta.trainable) program.call(core, "biasBackwardAdd", beta.gradient, dySums, 1, channels);
        if (gamma.trainable) program.call(core, "biasBackwardAdd", gamma.gradient, products, 1, channels);
        if (!x!.wantsGradient) return [undefined];
        program.barrier();
        const means = [batchMean(dySums), batchMean(products)] as const;
        const dx = program.region(x!.shape);
        program.call(
          testKernels,
          "batchNormBackward",
          dx,
          dy!,
          x!,
          mean,
          variance,
          gamma.value,
          ...means,
          ...sizes,
          EPSILON,
        );
        return [dx];
      },
    };
  }

  override config(): LayerConfig {
    return { momentum: MOMENTUM, epsilon: EPSILON };
  }
}
