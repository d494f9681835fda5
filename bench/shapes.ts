import { type Layer, layers, type Shape } from "wasm-cnn";

/** A network whose convolutions and dense layers are measured, at the sizes that its shards have in training. */
export interface BenchNetwork {
  readonly name: string;
  readonly inputShape: Shape;
  readonly layers: readonly Layer[];
}

const conv = (filters: number, kernelSize: number, more: Partial<Parameters<typeof layers.conv2d>[0]> = {}) =>
  layers.conv2d({ filters, kernelSize, activation: "relu", ...more });
const same = { padding: "same" } as const;
const pool = () => layers.maxPooling2d({ poolSize: 2 });
const relu = (units: number) => layers.dense({ units, activation: "relu" });
const classes = () => layers.dense({ units: 10, activation: "softmax" });

/** Real networks, so that kernels are measured on shapes that occur. */
export const networks: readonly BenchNetwork[] = [
  {
    name: "seed",
    inputShape: [28, 28, 1],
    layers: [conv(32, 3), pool(), conv(64, 3), pool(), conv(64, 3), layers.flatten(), relu(64), classes()],
  },
  {
    // LeCun et al., "Gradient-based learning applied to document recognition" (1998), with max pooling and relu.
    name: "lenet5",
    inputShape: [28, 28, 1],
    layers: [conv(6, 5, same), pool(), conv(16, 5), pool(), layers.flatten(), relu(120), relu(84), classes()],
  },
  {
    name: "vgg",
    inputShape: [32, 32, 3],
    layers: [
      ...[32, 64, 128].flatMap((filters) => [conv(filters, 3, same), conv(filters, 3, same), pool()]),
      ...[layers.flatten(), classes()],
    ],
  },
  {
    name: "strided",
    inputShape: [32, 32, 3],
    layers: [
      ...[32, 64, 128].map((filters) => conv(filters, 3, { strides: 2, ...same })),
      ...[layers.flatten(), classes()],
    ],
  },
  {
    // 1 x 1 convolutions as in networks with bottlenecks: behind relu, and linear.
    name: "pointwise",
    inputShape: [28, 28, 3],
    layers: [
      ...[conv(32, 3, same), conv(64, 1), conv(32, 1, { activation: "linear" }), pool()],
      ...[conv(64, 3, same), conv(128, 1), conv(64, 1, { activation: "linear" }), layers.flatten(), classes()],
    ],
  },
  {
    // No relu behind the convolutions (as where a normalisation comes between): their gradients are dense.
    name: "linear",
    inputShape: [16, 16, 16],
    layers: [
      ...[conv(32, 3, { activation: "linear", ...same }), conv(32, 5, { activation: "linear" })],
      ...[conv(64, 3, { activation: "linear", strides: 2 }), conv(128, 3, { activation: "linear" })],
      ...[layers.flatten(), classes()],
    ],
  },
];
