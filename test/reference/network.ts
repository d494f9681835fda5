import { categoricalAccuracy } from "./accuracy.js";
import { reluBackward, reluForward } from "./activation.js";
import { type Conv2dOptions, conv2dBackward, conv2dForward } from "./conv2d.js";
import { softmaxCategoricalCrossentropy } from "./crossEntropy.js";
import { denseBackward, denseForward } from "./dense.js";
import { maxPool2dBackward, maxPool2dForward } from "./maxPool2d.js";
import type { Padding } from "./padding.js";
import { rescalingBackward, rescalingForward } from "./rescaling.js";
import { type Tensor, tensor } from "./tensor.js";

/** A layer of a reference network, whose last one gives the logits: softmax and categorical cross-entropy follow it. */
export type ReferenceLayer =
  | { readonly kind: "rescaling"; readonly scale: number; readonly offset?: number }
  | ({ readonly kind: "conv2d" } & Conv2dOptions)
  | {
      readonly kind: "maxPool2d";
      readonly poolSize: readonly [number, number];
      readonly strides?: readonly [number, number];
      readonly padding?: Padding;
    }
  | { readonly kind: "relu" | "flatten" | "dense" };

interface Recorded {
  readonly y: Tensor;
  backward(dy: Tensor): { readonly dx: Tensor; readonly dweights: readonly Tensor[] };
}

/** What a training step computes before its update; gradients are in the order of the weights. */
export interface NetworkResult {
  readonly p: Tensor;
  readonly loss: number;
  readonly accuracy: number;
  readonly gradients: readonly Tensor[];
}

/** Forward and backward pass of a batch x (n, ...), t (n, classes); weights are kernel, bias, kernel, bias, ... */
export function runNetwork(
  layers: readonly ReferenceLayer[],
  weights: readonly Tensor[],
  { x, t }: { x: Tensor; t: Tensor },
): NetworkResult {
  const unused = [...weights];
  const recorded: Recorded[] = [];
  let y = x;
  for (const layer of layers) {
    const record = recordLayer(layer, y, unused);
    recorded.push(record);
    y = record.y;
  }
  const { p, loss, dz } = softmaxCategoricalCrossentropy({ z: y, t });
  const gradients: Tensor[] = [];
  let dy = dz;
  for (const record of recorded.reverse()) {
    const { dx, dweights } = record.backward(dy);
    gradients.unshift(...dweights);
    dy = dx;
  }
  return { p, loss, accuracy: categoricalAccuracy({ t, p }).accuracy, gradients };
}

/** Runs one layer forward, taking its weights from the front of `unused`. */
function recordLayer(layer: ReferenceLayer, x: Tensor, unused: Tensor[]): Recorded {
  switch (layer.kind) {
    case "rescaling": {
      const backward = (dy: Tensor) => ({ dx: rescalingBackward({ dy, scale: layer.scale }), dweights: [] });
      return { y: rescalingForward({ x, ...layer }), backward };
    }
    case "conv2d": {
      const [w, b] = unused.splice(0, 2) as [Tensor, Tensor];
      const backward = (dy: Tensor) => {
        const { dx, dw, db } = conv2dBackward({ dy, x, w, ...layer });
        return { dx, dweights: [dw, db] };
      };
      return { y: conv2dForward({ x, w, b, ...layer }), backward };
    }
    case "maxPool2d": {
      const { y, argmax } = maxPool2dForward({ x, ...layer });
      return { y, backward: (dy) => ({ dx: maxPool2dBackward({ dy, argmax, xShape: x.shape }), dweights: [] }) };
    }
    case "relu": {
      const y = reluForward(x);
      return { y, backward: (dy) => ({ dx: reluBackward({ dy, y }), dweights: [] }) };
    }
    case "flatten": {
      const samples = x.shape[0]!;
      const backward = (dy: Tensor) => ({ dx: tensor(x.shape, dy.data), dweights: [] });
      return { y: tensor([samples, x.data.length / samples], x.data), backward };
    }
    case "dense": {
      const [w, b] = unused.splice(0, 2) as [Tensor, Tensor];
      const backward = (dy: Tensor) => {
        const { dx, dw, db } = denseBackward({ dy, x, w });
        return { dx, dweights: [dw, db] };
      };
      return { y: denseForward({ x, w, b }), backward };
    }
  }
}
