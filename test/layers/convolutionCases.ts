import { type LayerOptions, layers } from "wasm-cnn";

/** Convolutions but the usual one: for layers.test.ts. */
export const convolutionCases = {
  conv1d: [
    {
      make: (o?: LayerOptions) => layers.conv1d({ filters: 2, kernelSize: 2, padding: "causal", ...o }),
      inputShape: [4, 3],
    },
  ],
  conv1dTranspose: [
    { make: (o?: LayerOptions) => layers.conv1dTranspose({ filters: 2, kernelSize: 3, ...o }), inputShape: [3, 2] },
  ],
  conv2dTranspose: [
    {
      make: (o?: LayerOptions) => layers.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 2, ...o }),
      inputShape: [2, 3, 2],
    },
  ],
  depthwiseConv1d: [
    {
      make: (o?: LayerOptions) => layers.depthwiseConv1d({ kernelSize: 2, depthMultiplier: 2, ...o }),
      inputShape: [4, 2],
    },
  ],
  depthwiseConv2d: [
    {
      make: (o?: LayerOptions) => layers.depthwiseConv2d({ kernelSize: 3, padding: "same", ...o }),
      inputShape: [3, 4, 2],
    },
  ],
  separableConv1d: [
    { make: (o?: LayerOptions) => layers.separableConv1d({ filters: 3, kernelSize: 2, ...o }), inputShape: [4, 2] },
  ],
  separableConv2d: [
    { make: (o?: LayerOptions) => layers.separableConv2d({ filters: 3, kernelSize: 2, ...o }), inputShape: [3, 3, 2] },
  ],
};
