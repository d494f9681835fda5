import { type LayerOptions, layers } from "wasm-cnn";

const inTraining = { inputShape: [3, 4, 2], differsInTraining: true };

/** Layers that draw random numbers in training, and have a gradient: for layers.test.ts. */
export const randomCases = {
  alphaDropout: [{ make: (o?: LayerOptions) => layers.alphaDropout({ rate: 0.4, ...o }), ...inTraining }],
  dropout: [{ make: (o?: LayerOptions) => layers.dropout({ rate: 0.4, ...o }), ...inTraining }],
  gaussianDropout: [{ make: (o?: LayerOptions) => layers.gaussianDropout({ rate: 0.4, ...o }), ...inTraining }],
  gaussianNoise: [{ make: (o?: LayerOptions) => layers.gaussianNoise({ stddev: 0.4, ...o }), ...inTraining }],
  randomCrop: [{ make: (o?: LayerOptions) => layers.randomCrop({ height: 2, width: 3, ...o }), ...inTraining }],
  randomFlip: [{ make: (o?: LayerOptions) => layers.randomFlip(o), ...inTraining }],
  randomRotation: [{ make: (o?: LayerOptions) => layers.randomRotation({ factor: 0.3, ...o }), ...inTraining }],
  randomShear: [
    { make: (o?: LayerOptions) => layers.randomShear({ xFactor: 0.5, yFactor: 0.3, ...o }), ...inTraining },
  ],
  randomTranslation: [
    {
      make: (o?: LayerOptions) => layers.randomTranslation({ heightFactor: 0.6, widthFactor: 0.4, ...o }),
      ...inTraining,
    },
  ],
  randomZoom: [{ make: (o?: LayerOptions) => layers.randomZoom({ heightFactor: 0.5, ...o }), ...inTraining }],
  spatialDropout1d: [
    {
      make: (o?: LayerOptions) => layers.spatialDropout1d({ rate: 0.4, ...o }),
      inputShape: [3, 4],
      differsInTraining: true,
    },
  ],
  spatialDropout2d: [{ make: (o?: LayerOptions) => layers.spatialDropout2d({ rate: 0.4, ...o }), ...inTraining }],
};
