// What a plot shows: boxes for layers, frames for models that are opened, and lines between boxes.

import { formatShape } from "../engine/program/shape.js";
import type { Layer } from "../layers/base/layer.js";
import type { Graph, OpenShape, SymbolicTensor } from "../layers/base/symbolic.js";

/** What `plotModel` shows. */
export interface Shown {
  readonly showShapes: boolean;
  readonly showLayerNames: boolean;
  readonly showLayerActivations: boolean;
  readonly showTrainable: boolean;
  readonly expandNested: boolean;
}

export interface Box {
  readonly id: string;
  /** Of the layer. */
  readonly name: string;
  readonly title: string;
  /** Below the title. */
  readonly lines: readonly string[];
  /** The frame that it lies in. */
  readonly frame: string | undefined;
}

/** A model inside that is shown with its layers. */
export interface Frame {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly frame: string | undefined;
}

export interface Line {
  readonly from: Box;
  readonly to: Box;
}

export interface Picture {
  readonly boxes: readonly Box[];
  readonly frames: readonly Frame[];
  readonly lines: readonly Line[];
}

/** The picture of a graph: a box for each layer, as in Keras, however often it is called. */
export function pictureOf(graph: Graph, shown: Shown): Picture {
  const boxes: Box[] = [];
  const frames: Frame[] = [];
  const lines: Line[] = [];
  const boxOf = new Map<Layer, Box>();

  /** Those of layers that several models hold stand where they were met first. */
  const draw = ({ layers, calls }: Graph, frame: string | undefined): void => {
    for (const layer of layers) {
      const inner = shown.expandNested ? layer.graph : undefined;
      const id = String(boxes.length + frames.length);
      const title = shown.showLayerNames ? `${layer.name} (${layer.className})` : layer.className;
      if (!inner) {
        if (boxOf.has(layer)) continue;
        const box = { id, name: layer.name, title, lines: linesOf(layer, calls, shown), frame };
        boxes.push(box);
        boxOf.set(layer, box);
      } else if (!frames.some(({ name }) => name === layer.name)) {
        frames.push({ id, name: layer.name, title, frame });
        draw(inner, id);
      }
    }
    for (const { layer, inputs } of calls) {
      for (const [i, input] of inputs.entries()) {
        const from = sourceOf(input);
        if (from) lines.push(...targetsOf(layer, i).map((to) => ({ from, to })));
      }
    }
  };
  /** The layer that gives a tensor, inside of models that are opened; the input of a Sequential is none of its layers. */
  const sourceOf = ({ call: { layer }, index }: SymbolicTensor): Box | undefined => {
    const inner = shown.expandNested ? layer.graph : undefined;
    return inner ? sourceOf(inner.outputs[index]!) : boxOf.get(layer);
  };
  /** The layers that take the input of a layer, inside of models that are opened. */
  const targetsOf = (layer: Layer, index: number): readonly Box[] => {
    const inner = shown.expandNested ? layer.graph : undefined;
    const box = boxOf.get(layer);
    if (!inner) return box ? [box] : [];
    const tensor = inner.inputs[index]!;
    if (inner.layers.includes(tensor.call.layer)) return targetsOf(tensor.call.layer, 0);
    return inner.calls.flatMap((call) =>
      call.inputs.flatMap((input, i) => (input === tensor ? targetsOf(call.layer, i) : [])),
    );
  };
  draw(graph, undefined);
  return { boxes, frames, lines };
}

function linesOf(layer: Layer, calls: Graph["calls"], shown: Shown): string[] {
  const own = calls.filter((call) => call.layer === layer);
  const shapes = (tensors: readonly SymbolicTensor[]) => tensors.map(({ shape }) => shapeText(shape)).join(", ");
  /** Of all calls, each once. */
  const all = (of: (call: (typeof own)[number]) => readonly SymbolicTensor[]) =>
    [...new Set(own.map((call) => shapes(of(call))))].join(" | ");
  const activation = (layer as { activation?: { name?: unknown } }).activation?.name;
  const lines: string[] = [];
  if (shown.showLayerActivations && typeof activation === "string") lines.push(`Activation: ${activation}`);
  if (shown.showShapes) {
    if (own.some(({ inputs }) => inputs.length > 0)) lines.push(`Input shape: ${all(({ inputs }) => inputs)}`);
    lines.push(`Output shape: ${all(({ outputs }) => outputs)}`);
  }
  if (shown.showTrainable) lines.push(`Trainable: ${layer.trainable}`);
  return lines;
}

function shapeText(shape: OpenShape): string {
  return formatShape(["None", ...shape.map((size) => size ?? "None")]);
}
