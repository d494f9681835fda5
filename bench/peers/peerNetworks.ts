import { mobileNetV2, resNet20 } from "../../examples/networks/index.js";
import { type Model, optimizers, type Sequential } from "../library.js";
import { seedNetwork } from "../seedNetwork.js";

interface Settings {
  readonly threads?: number;
}

/** Small: a deep network with fresh weights turns the rounding errors of a larger step into other losses, in any library. */
const LEARNING_RATE = 1e-4;

const sgd = ({ threads = 0 }: Settings) => ({
  optimizer: new optimizers.SGD({ learningRate: LEARNING_RATE, momentum: 0.9 }),
  loss: "categoricalCrossentropy" as const,
  threads,
});

function compiled(model: Model, settings: Settings): Model {
  model.compile(sgd(settings));
  return model;
}

/** The networks that all contenders have, as we have them: compiled for training, with the same first weights each time. */
export const peerNetworks = {
  seed: (settings: Settings): Model | Sequential => seedNetwork(settings),
  mobilenetv2: (settings: Settings): Model | Sequential => compiled(mobileNetV2(), settings),
  "mobilenetv2-0.35": (settings: Settings): Model | Sequential =>
    compiled(mobileNetV2({ alpha: 0.35, inputShape: [96, 96, 3] }), settings),
  resnet20: (settings: Settings): Model | Sequential => compiled(resNet20(), settings),
} as const;

export type PeerNetwork = keyof typeof peerNetworks;
