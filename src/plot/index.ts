// `wasm-cnn/plot`: a picture of a model. Nothing else imports it, so that only those who plot load what lays graphs out.

import { checkBoolean, checkChoice, checkOptions, show } from "../base/check.js";
import type { CompositeLayer } from "../graph/composite.js";
import { pictureOf } from "./boxes.js";
import { drawSvg, type Rankdir } from "./svg.js";

/** Options of `plotModel`, as those of Keras' `plot_model`. */
export interface PlotOptions {
  /** Whether shapes of inputs and outputs are shown. Default false. */
  readonly showShapes?: boolean | undefined;
  /** Whether names of layers are shown, and not their classes alone. Default false. */
  readonly showLayerNames?: boolean | undefined;
  /** Whether the activations that end layers are shown. Default false. */
  readonly showLayerActivations?: boolean | undefined;
  /** Whether it is shown which layers are trainable. Default false. */
  readonly showTrainable?: boolean | undefined;
  /** Whether models inside are shown with their layers. Default false. */
  readonly expandNested?: boolean | undefined;
  /** Which way it goes: "TB" from the top down, "BT" up, "LR" from left to right, "RL" from right to left. Default "TB". */
  readonly rankdir?: Rankdir | undefined;
}

const FLAGS = ["showShapes", "showLayerNames", "showLayerActivations", "showTrainable", "expandNested"] as const;

/**
 * The graph of a model as the text of an SVG: a box for each layer, an arrow for each tensor. It has the colour of the text around it.
 * In a page: `element.innerHTML = plotModel(model)`; in Node: `writeFile("model.svg", plotModel(model))`.
 * @throws TypeError, RangeError for wrong options; Error for a model that does not know its input shape
 */
export function plotModel(model: CompositeLayer, options: PlotOptions = {}): string {
  // No instanceof: in the package this file is bundled, and would have a class of its own.
  if (!Array.isArray((model as Partial<CompositeLayer> | null)?.layers))
    throw new TypeError(`plotModel: expected a model, got ${show(model)}`);
  checkOptions("plotModel", options, [...FLAGS, "rankdir"]);
  const shown = Object.fromEntries(
    FLAGS.map((flag) => [flag, checkBoolean(`plotModel.${flag}`, options[flag] ?? false)]),
  ) as Record<(typeof FLAGS)[number], boolean>;
  const rankdir = checkChoice<Rankdir>("plotModel.rankdir", options.rankdir ?? "TB", ["TB", "LR", "BT", "RL"]);
  const { graph, name } = model;
  if (!graph) {
    throw new Error(
      "plotModel: expected a model that knows its input shape, got none; give the first layer inputShape",
    );
  }
  return drawSvg(name, pictureOf(graph, shown), rankdir);
}
