import { checkBoolean, checkInteger } from "../engine/check.js";
import type { ProgramBuilder, Recorded } from "../engine/program.js";
import type { Region } from "../engine/region.js";
import { formatShape, type Shape } from "../engine/shape.js";
import type { Initializer, Weight, WeightSpec } from "../engine/weight.js";
import { type InitializerName, initializerConfig, resolveInitializer } from "../initializers/resolve.js";
import { type ActivationName, checkActivation, recordActivation } from "./activation.js";
import { Layer, type LayerConfig, type LayerOptions } from "./layer.js";
import { productScratch } from "./scratch.js";

export interface DenseOptions extends LayerOptions {
  /** Size of the output's last axis. */
  units: number;
  /** Default "linear". */
  activation?: ActivationName | undefined;
  /** Default true. */
  useBias?: boolean | undefined;
  /** Default "glorotUniform". */
  kernelInitializer?: InitializerName | Initializer | undefined;
  /** Default "zeros". */
  biasInitializer?: InitializerName | Initializer | undefined;
}

const OPTIONS = ["units", "activation", "useBias", "kernelInitializer", "biasInitializer"];

/** y = activation(x kernel + bias). Shapes: (..., in) to (..., units); kernel (in, units), bias (units). */
export class Dense extends Layer {
  readonly units: number;
  readonly activation: ActivationName;
  readonly useBias: boolean;
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;

  constructor(options: DenseOptions) {
    super("Dense", options, OPTIONS);
    this.units = checkInteger("dense.units", options.units, 1);
    this.activation = checkActivation("dense.activation", options.activation ?? "linear");
    this.useBias = checkBoolean("dense.useBias", options.useBias ?? true);
    this.kernelInitializer = resolveInitializer(
      "dense.kernelInitializer",
      options.kernelInitializer ?? "glorotUniform",
    );
    this.biasInitializer = resolveInitializer("dense.biasInitializer", options.biasInitializer ?? "zeros");
  }

  outputShape([input]: readonly Shape[]): Shape {
    if (input!.length === 0)
      throw new RangeError(`expected an input of shape (..., features), got ${formatShape(input!)}`);
    return [...input!.slice(0, -1), this.units];
  }

  override weightSpecs([input]: readonly Shape[]): readonly WeightSpec[] {
    const kernel = { name: "kernel", shape: [input!.at(-1)!, this.units], initializer: this.kernelInitializer };
    const bias = { name: "bias", shape: [this.units], initializer: this.biasInitializer };
    return this.useBias ? [kernel, bias] : [kernel];
  }

  record(program: ProgramBuilder, inputs: readonly Region[], weights: readonly Weight[]): Recorded {
    const { units } = this;
    const [x] = inputs;
    const [w, b] = weights;
    const k = x!.shape.at(-1)!;
    const rows = x!.size / k;
    const z = program.region(this.outputShape([x!.shape]));
    const panels = program.prepare(w!, "gemmPack", Math.ceil(units / 8) * 8 * k, k, units);
    program.call("gemmNN", z, x!, panels, b?.value ?? 0, program.scratch(productScratch(k)), rows, k, units);
    const linear: Recorded = {
      outputs: [z],
      backward([dz]) {
        if (w!.trainable) program.call("gemmTNAdd", w!.gradient, x!, dz!, rows, k, units);
        if (b?.trainable) program.call("biasBackwardAdd", b.gradient, dz!, rows, units);
        if (!x!.wantsGradient) return [undefined];
        const dx = program.region(x!.shape);
        const transposed = program.prepare(w!, "gemmPackTransposed", Math.ceil(k / 8) * 8 * units, units, k);
        program.call("gemmNN", dx, dz!, transposed, 0, program.scratch(productScratch(units)), rows, units, k);
        return [dx];
      },
    };
    return recordActivation(program, this, linear, inputs, weights);
  }

  config(): LayerConfig {
    return {
      units: this.units,
      activation: this.activation,
      use_bias: this.useBias,
      kernel_initializer: initializerConfig(this.kernelInitializer),
      bias_initializer: initializerConfig(this.biasInitializer),
    };
  }
}
