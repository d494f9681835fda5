import { show } from "../base/check.js";
import type { Shape } from "../engine/program/shape.js";
import type { LayerSnapshot } from "../graph/snapshot.js";
import type { LayerConfig } from "../layers/base/layer.js";
import type { OpenShape } from "../layers/base/symbolic.js";
import { own } from "./jsonValue.js";

// Rows of layers in the configs of Keras' models.

/** Where a model stands, and what is not supported in it. */
export interface Reading {
  /** Of the models around: `encoder/`. */
  readonly path: string;
  readonly depth: number;
  /** All that is not supported, models inside included. */
  readonly problems: string[];
  /** What is known of layers. Readers of graphs get it from here: they need none of what layers are made of. */
  readonly layers: KnownLayers;
}

export interface KnownLayers {
  /** Whether a class is that of a layer, and not of an operation on tensors. */
  isLayer(kind: string): boolean;
  /**
   * A layer of a class with these options; undefined, and a problem more, if it is not supported.
   * @param label how problems name it
   */
  makeRow(kind: string, options: LayerConfig, label: string, problems: string[]): LayerSnapshot | undefined;
  /** Shapes of what a layer gives out, without the batch, for inputs of these shapes. @throws RangeError for those that do not fit */
  outputShapes(row: LayerSnapshot, shapes: readonly Shape[]): readonly Shape[];
}

export function className(row: unknown): unknown {
  const kind = own(row, "class_name") ?? own(row, "className");
  return typeof kind === "string" ? kind.replace(/^.*>/, "") : kind;
}

/** The classes of graphs and chains in all versions of Keras. */
export function isModelClass(kind: unknown): boolean {
  return kind === "Sequential" || kind === "Functional" || kind === "Model";
}

export function labelOf(kind: unknown, name: unknown, path: string): string {
  return `${kind} ${show(typeof name === "string" ? path + name : name)}`;
}

/** What Keras says of inputs in other words. */
export function inputOptions(config: unknown, problems: string[]): LayerConfig {
  const dtype = own(own(own(config, "dtype"), "config"), "name") ?? own(config, "dtype");
  // Bytes are taken at face value, whatever an input says.
  const options = dtype === "uint8" ? { dtype: "float32" } : {};
  const shape = readShape(batchShape(config), problems);
  return shape ? { ...options, shape } : options;
}

export function batchShape(config: unknown): unknown {
  return own(config, "batch_shape") ?? own(config, "batch_input_shape") ?? own(config, "batchInputShape");
}

/** Of one sample, null where open. */
export function readShape(value: unknown, problems: string[]): OpenShape | undefined {
  if (value === undefined || value === null) return undefined;
  const isSize = (size: unknown) => size === null || (Number.isSafeInteger(size) && (size as number) > 0);
  if (Array.isArray(value) && value.slice(1).every(isSize)) return value.slice(1);
  problems.push(`an input of shape ${show(value)}: expected [null, ...sizes]`);
  return undefined;
}
