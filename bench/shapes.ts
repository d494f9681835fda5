/** A convolution without padding, stride 1: (height, width, channels) to filters. */
export interface ConvolutionShape {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: number;
  /** Size of the max pooling behind it, 1 for none. */
  readonly pool: number;
}

export interface DenseShape {
  readonly name: string;
  readonly inputs: number;
  readonly units: number;
}

/** Conv2D(32) - pool - Conv2D(64) - pool - Conv2D(64) - Dense(64) - Dense(10) on 28 x 28 grey images. */
export const seed: { convolutions: readonly ConvolutionShape[]; dense: readonly DenseShape[] } = {
  convolutions: [
    { name: "28x28x1-32", height: 28, width: 28, channels: 1, filters: 32, kernel: 3, pool: 2 },
    { name: "13x13x32-64", height: 13, width: 13, channels: 32, filters: 64, kernel: 3, pool: 2 },
    { name: "5x5x64-64", height: 5, width: 5, channels: 64, filters: 64, kernel: 3, pool: 1 },
  ],
  dense: [
    { name: "576-64", inputs: 576, units: 64 },
    { name: "64-10", inputs: 64, units: 10 },
  ],
};
