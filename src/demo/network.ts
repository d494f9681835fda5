import { type Layer, layers, type ModelSnapshot, RMSprop, Sequential } from "wasm-cnn";
import { DIGITS, SIDE } from "./digits.js";

export type LayerKind = "conv2d" | "maxPooling2d" | "flatten" | "dense";

/** A layer as the editor holds it: what the library's factory of this name takes. */
export interface LayerSpec {
  kind: LayerKind;
  options: Record<string, number | string>;
}

export const PRESETS: Record<string, readonly LayerSpec[]> = {
  "Three convolutions": [
    conv(32),
    pool(),
    conv(64),
    pool(),
    conv(64),
    { kind: "flatten", options: {} },
    dense(64, "relu"),
    dense(DIGITS, "softmax"),
  ],
  "Small and fast": [conv(8), pool(), conv(16), pool(), { kind: "flatten", options: {} }, dense(DIGITS, "softmax")],
  "No convolution": [{ kind: "flatten", options: {} }, dense(64, "relu"), dense(DIGITS, "softmax")],
};

export function conv(filters: number, padding = "valid"): LayerSpec {
  return { kind: "conv2d", options: { filters, kernelSize: 3, padding, activation: "relu" } };
}

export function pool(): LayerSpec {
  return { kind: "maxPooling2d", options: { poolSize: 2 } };
}

export function dense(units: number, activation: string): LayerSpec {
  return { kind: "dense", options: { units, activation } };
}

const KERAS_NAMES: Record<LayerKind, string> = {
  conv2d: "conv2d",
  maxPooling2d: "max_pooling2d",
  flatten: "flatten",
  dense: "dense",
};

/** The layers of a network of these specs, the pixels' scaling first. @throws what the library throws for wrong options */
export function makeLayers(specs: readonly LayerSpec[]): Layer[] {
  const names = nameLayers(specs);
  return [
    layers.rescaling({ scale: 1 / 255, inputShape: [SIDE, SIDE, 1], name: "rescaling" }),
    ...specs.map(({ kind, options }, i) => createLayer(kind, { ...options, name: names[i]! })),
  ];
}

/** Names as in a fresh session of Keras: the library counts on, and an edited network would have ever higher numbers. */
function nameLayers(specs: readonly LayerSpec[]): string[] {
  const counts = new Map<string, number>();
  return specs.map(({ kind }) => {
    const name = KERAS_NAMES[kind];
    const before = counts.get(name) ?? 0;
    counts.set(name, before + 1);
    return before === 0 ? name : `${name}_${before}`;
  });
}

export interface ModelOptions {
  seed: number;
  learningRate: number;
}

/** A compiled network that takes images as bytes. @throws what the library throws for layers that do not fit */
export function buildModel(specs: readonly LayerSpec[], { seed, learningRate }: ModelOptions): Sequential {
  const model = new Sequential(makeLayers(specs), { seed, name: "digits" });
  model.compile({
    optimizer: new RMSprop({ learningRate }),
    loss: "categoricalCrossentropy",
    metrics: ["accuracy"],
  });
  return model;
}

function createLayer(kind: LayerKind, options: Record<string, number | string>): Layer {
  // The library checks the options; its message is what the editor shows.
  return (layers[kind] as (options: Record<string, number | string>) => Layer)(options);
}

/** The layers of a model as the editor would hold them; undefined for one that it cannot make. */
export function specsOf({ layers: [first, ...rest] }: ModelSnapshot): LayerSpec[] | undefined {
  if (first?.className !== "Rescaling") return undefined;
  const specs: LayerSpec[] = [];
  for (const { className, config } of rest) {
    const spec = specOf(className, config);
    if (!spec) return undefined;
    specs.push(spec);
  }
  return specs;
}

function specOf(className: string, config: Readonly<Record<string, unknown>>): LayerSpec | undefined {
  const side = (value: unknown) => (Array.isArray(value) ? value[0] : value) as number;
  const activation = config.activation as string;
  switch (className) {
    case "Conv2D":
      return {
        kind: "conv2d",
        options: {
          filters: config.filters as number,
          kernelSize: side(config.kernel_size),
          padding: config.padding as string,
          activation,
        },
      };
    case "MaxPooling2D":
      return { kind: "maxPooling2d", options: { poolSize: side(config.pool_size) } };
    case "Flatten":
      return { kind: "flatten", options: {} };
    case "Dense":
      return dense(config.units as number, activation);
    default:
      return undefined;
  }
}
