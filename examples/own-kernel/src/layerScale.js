import { defineLayer, initializers, options, registerLayer } from "wasm-cnn";
import { kernels } from "./kernels.js";

/**
 * y = x * gamma, one trained number a channel, small at first: ConvNeXt's LayerScale, for the end of a residual branch.
 * Shapes: (..., channels), unchanged; gamma (channels).
 */
export class LayerScale extends defineLayer("LayerScale", {
  /** What gamma begins with. Default 1e-6. */
  initialValue: options.optional(options.number(), 1e-6),
}) {
  outputShape([input]) {
    return input;
  }

  weightSpecs([input]) {
    const initializer = new initializers.Constant({ value: this.initialValue });
    return [{ name: "gamma", shape: [input.at(-1)], initializer }];
  }

  record(program, [x], [gamma]) {
    const channels = gamma.size;
    const rows = x.size / channels;
    const y = program.region(x.shape);
    program.call(kernels, "layerScaleForward", y, x, gamma.value, rows, channels);
    return {
      outputs: [y],
      backward([dy]) {
        if (gamma.trainable) {
          program.call(kernels, "layerScaleBackwardGammaAdd", gamma.gradient, dy, x, rows, channels);
        }
        if (!x.wantsGradient) return [undefined];
        const dx = program.region(x.shape);
        program.call(kernels, "layerScaleForward", dx, dy, gamma.value, rows, channels);
        return [dx];
      },
    };
  }
}

/** What makes one, as the library's `layers.dense`. */
export const layerScale = (options) => new LayerScale(options);

// Files with it can be read from now on.
registerLayer(LayerScale);
