import { type LayerOptions, layers } from "wasm-cnn";

/** Normalisation, pooling and what changes shapes: for layers.test.ts. */
export const shapeCases = {
  adaptiveAveragePooling1d: [
    { make: (o?: LayerOptions) => layers.adaptiveAveragePooling1d({ outputSize: 3, ...o }), inputShape: [5, 2] },
  ],
  adaptiveAveragePooling2d: [
    {
      make: (o?: LayerOptions) => layers.adaptiveAveragePooling2d({ outputSize: [2, 3], ...o }),
      inputShape: [3, 4, 1],
    },
  ],
  adaptiveMaxPooling1d: [
    { make: (o?: LayerOptions) => layers.adaptiveMaxPooling1d({ outputSize: 2, ...o }), inputShape: [5, 2] },
  ],
  adaptiveMaxPooling2d: [
    { make: (o?: LayerOptions) => layers.adaptiveMaxPooling2d({ outputSize: [2, 3], ...o }), inputShape: [3, 4, 1] },
  ],
  averagePooling1d: [{ make: (o?: LayerOptions) => layers.averagePooling1d({ strides: 1, ...o }), inputShape: [5, 2] }],
  averagePooling2d: [
    { make: (o?: LayerOptions) => layers.averagePooling2d(o), inputShape: [4, 3, 1] },
    {
      make: (o?: LayerOptions) => layers.averagePooling2d({ poolSize: 3, strides: 2, padding: "same", ...o }),
      inputShape: [3, 4, 1],
    },
  ],
  batchNormalization: [
    { make: (o?: LayerOptions) => layers.batchNormalization(o), inputShape: [2, 1, 3], differsInTraining: true },
    {
      make: (o?: LayerOptions) => layers.batchNormalization({ center: false, scale: false, ...o }),
      inputShape: [5],
      differsInTraining: true,
    },
  ],
  centerCrop: [
    { make: (o?: LayerOptions) => layers.centerCrop({ height: 2, width: 3, ...o }), inputShape: [3, 4, 1] },
    { make: (o?: LayerOptions) => layers.centerCrop({ height: 3, width: 3, ...o }), inputShape: [2, 5, 1] },
  ],
  cropping1d: [{ make: (o?: LayerOptions) => layers.cropping1d({ cropping: [1, 2], ...o }), inputShape: [5, 2] }],
  cropping2d: [
    {
      make: (o?: LayerOptions) =>
        layers.cropping2d({
          cropping: [
            [1, 0],
            [0, 2],
          ],
          ...o,
        }),
      inputShape: [2, 3, 2],
    },
  ],
  globalAveragePooling1d: [{ make: (o?: LayerOptions) => layers.globalAveragePooling1d(o), inputShape: [5, 2] }],
  globalAveragePooling2d: [{ make: (o?: LayerOptions) => layers.globalAveragePooling2d(o), inputShape: [2, 1, 5] }],
  globalMaxPooling1d: [{ make: (o?: LayerOptions) => layers.globalMaxPooling1d(o), inputShape: [5, 2] }],
  globalMaxPooling2d: [
    { make: (o?: LayerOptions) => layers.globalMaxPooling2d({ keepdims: true, ...o }), inputShape: [2, 1, 5] },
  ],
  groupNormalization: [
    { make: (o?: LayerOptions) => layers.groupNormalization({ groups: 2, ...o }), inputShape: [2, 1, 6] },
  ],
  identity: [{ make: (o?: LayerOptions) => layers.identity(o), inputShape: [5] }],
  layerNormalization: [
    { make: (o?: LayerOptions) => layers.layerNormalization(o), inputShape: [2, 7] },
    { make: (o?: LayerOptions) => layers.layerNormalization({ axis: [1, 2], ...o }), inputShape: [3, 2, 2] },
  ],
  maxPooling1d: [{ make: (o?: LayerOptions) => layers.maxPooling1d({ padding: "same", ...o }), inputShape: [5, 2] }],
  normalization: [
    {
      make: (o?: LayerOptions) => layers.normalization({ mean: [1, 0.5], variance: [4, 0.25], ...o }),
      inputShape: [3, 2],
    },
  ],
  depthToSpace: [{ make: (o?: LayerOptions) => layers.depthToSpace({ blockSize: 2, ...o }), inputShape: [2, 1, 8] }],
  spaceToDepth: [{ make: (o?: LayerOptions) => layers.spaceToDepth({ blockSize: 2, ...o }), inputShape: [2, 4, 2] }],
  permute: [{ make: (o?: LayerOptions) => layers.permute({ dims: [3, 1, 2], ...o }), inputShape: [2, 1, 3] }],
  repeatVector: [{ make: (o?: LayerOptions) => layers.repeatVector({ n: 3, ...o }), inputShape: [5] }],
  reshape: [{ make: (o?: LayerOptions) => layers.reshape({ targetShape: [3, -1], ...o }), inputShape: [2, 3, 2] }],
  resizing: [
    { make: (o?: LayerOptions) => layers.resizing({ height: 5, width: 2, ...o }), inputShape: [3, 4, 1] },
    {
      make: (o?: LayerOptions) =>
        layers.resizing({
          height: 2,
          width: 4,
          interpolation: "lanczos3",
          antialias: true,
          padToAspectRatio: true,
          ...o,
        }),
      inputShape: [4, 3, 1],
    },
  ],
  rmsNormalization: [{ make: (o?: LayerOptions) => layers.rmsNormalization(o), inputShape: [2, 5] }],
  unitNormalization: [{ make: (o?: LayerOptions) => layers.unitNormalization({ axis: 1, ...o }), inputShape: [3, 4] }],
  upSampling1d: [{ make: (o?: LayerOptions) => layers.upSampling1d(o), inputShape: [3, 2] }],
  upSampling2d: [
    { make: (o?: LayerOptions) => layers.upSampling2d(o), inputShape: [2, 3, 2] },
    {
      make: (o?: LayerOptions) => layers.upSampling2d({ size: 3, interpolation: "bicubic", ...o }),
      inputShape: [2, 3, 1],
    },
  ],
  zeroPadding1d: [{ make: (o?: LayerOptions) => layers.zeroPadding1d(o), inputShape: [3, 2] }],
  zeroPadding2d: [
    { make: (o?: LayerOptions) => layers.zeroPadding2d({ padding: [0, 2], ...o }), inputShape: [2, 3, 2] },
  ],
};
