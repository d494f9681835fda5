import type { Layer, Shape } from "wasm-cnn";
import { DIGITS, SIDE } from "./digits.js";
import { count } from "./format.js";
import { conv, dense, type LayerKind, type LayerSpec, makeLayers, pool } from "./network.js";

/** More would be no network for a page: some 240 MB, with what the optimizer keeps of each. */
const MOST_PARAMETERS = 20_000_000;

/** A layer with the shape of its output, per image. */
export interface PlannedLayer {
  readonly layer: Layer;
  readonly shape: Shape;
  readonly parameters: number;
}

export interface Plan {
  /** As far as they fit. */
  readonly layers: readonly PlannedLayer[];
  readonly parameters: number;
  /** Why no network can be made of it, for people; empty if one can. */
  readonly problem: string;
}

/** What network the layers would be. Takes no memory for its weights, however many they are. */
export function planNetwork(specs: readonly LayerSpec[]): Plan {
  const layers: PlannedLayer[] = [];
  let problem = "";
  try {
    let shape: Shape = [SIDE, SIDE, 1];
    for (const layer of makeLayers(specs)) {
      const weights = layer.weightSpecs([shape]);
      const parameters = weights.reduce((sum, weight) => sum + weight.shape.reduce((size, n) => size * n, 1), 0);
      shape = layer.outputShape([shape]);
      layers.push({ layer, shape, parameters });
    }
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  const parameters = layers.reduce((sum, each) => sum + each.parameters, 0);
  return { layers, parameters, problem: problem || endProblem(specs, layers.at(-1)!.shape) || sizeProblem(parameters) };
}

/** The last layer gives the answer. */
function endProblem(specs: readonly LayerSpec[], shape: Shape): string {
  if (shape.length !== 1 || shape[0] !== DIGITS) {
    return `The last layer has to give ${DIGITS} numbers, one for each digit; this one gives ${shape.join(" × ")}.`;
  }
  if (specs.at(-1)?.options.activation === "softmax") return "";
  return "The last layer needs the activation softmax, which makes its numbers probabilities.";
}

function sizeProblem(parameters: number): string {
  if (parameters <= MOST_PARAMETERS) return "";
  return `The network would have ${count(parameters)} parameters; this page takes ${count(MOST_PARAMETERS)} at most.`;
}

/** What a new layer may begin as, the most usual first. */
const BEGINNINGS: Record<LayerKind, readonly LayerSpec[]> = {
  conv2d: [conv(32), conv(32, "same")],
  maxPooling2d: [pool()],
  flatten: [{ kind: "flatten", options: {} }],
  dense: [dense(64, "relu"), dense(DIGITS, "softmax")],
};

export interface Addition {
  readonly specs: LayerSpec[];
  /** Of the new layer. */
  readonly index: number;
}

/**
 * The layers with one more of a kind where it fits: as late as possible, but before the last one, which gives the answer; at
 * the end if that one is missing. Undefined if there is no place.
 */
export function withLayer(specs: readonly LayerSpec[], kind: LayerKind): Addition | undefined {
  // A second one would change nothing.
  if (kind === "flatten" && specs.some((spec) => spec.kind === "flatten")) return undefined;
  const before = Array.from(specs.keys()).reverse();
  const additions = BEGINNINGS[kind].flatMap((spec) =>
    [...before, specs.length].map((index) => {
      const copy = { kind, options: { ...spec.options } };
      return { specs: [...specs.slice(0, index), copy, ...specs.slice(index)], index };
    }),
  );
  const whole = additions.find((addition) => planNetwork(addition.specs).problem === "");
  if (whole || planNetwork(specs).problem === "") return whole;
  // Layers that do not fit yet are on their way to a network: then it is enough that the new one has its input.
  return additions.find(({ specs: [...grown], index }) => {
    const { layers } = planNetwork(grown.slice(0, index + 1));
    const input = layers[index]?.shape;
    return layers.length === index + 2 && input?.length === (kind === "dense" ? 1 : 3);
  });
}
