import type { LayerSnapshot } from "../graph/snapshot.js";
import type { JsonObject } from "./jsonObject.js";

// Layers that Keras has as operations on tensors (keras.ops): rows of their own kind, with numbers among the arguments of a call.

interface Operation {
  readonly className: string;
  /** Default numpy. */
  readonly module?: string;
  readonly config?: JsonObject;
  /** What a call has after its tensors. */
  readonly args?: readonly unknown[];
}

/** The arguments of operations on several tensors are not a list of them. */
const OPERATIONS: Readonly<Record<string, (config: JsonObject, rank: number) => Operation>> = {
  Absolute: () => ({ className: "Absolute" }),
  Log: () => ({ className: "Log" }),
  Divide: () => ({ className: "Divide" }),
  Power: ({ exponent }) => ({ className: "Power", args: [exponent] }),
  Clip({ min, max }) {
    if (min !== null && max !== null) return { className: "Clip", config: { x_min: min, x_max: max } };
    return max === null ? { className: "Maximum", args: [min ?? -3.4e38] } : { className: "Minimum", args: [max] };
  },
  Reduction({ operation, axis, keepdims }) {
    const names: JsonObject = { sum: "Sum", mean: "Mean", max: "Max", min: "Min" };
    return { className: String(names[String(operation)]), config: { axis, keepdims } };
  },
  DepthToSpace: ofBlocks("DepthToSpace"),
  SpaceToDepth: ofBlocks("SpaceToDepth"),
  Slice({ at }, rank) {
    const given = at as readonly unknown[];
    // Keras cannot read an ellipsis from .h5 files.
    const rest = new Array(rank - given.filter((each) => each !== "newaxis" && each !== "...").length).fill(null);
    const taken = given.flatMap((each) => (each === "..." ? rest : [each]));
    const key = taken.map((each) => {
      if (each === "newaxis") return null;
      return typeof each === "number" ? each : sliceOf(each as readonly unknown[] | null);
    });
    return { className: "GetItem", args: [[sliceOf(null), ...key]] };
  },
};

function ofBlocks(className: string) {
  return ({ block_size }: JsonObject): Operation => ({ className, module: "nn", config: { block_size } });
}

function sliceOf(range: readonly unknown[] | null): JsonObject {
  const [start = null, stop = null, step = null] = range ?? [];
  return { class_name: "__slice__", config: { start, stop, step } };
}

/** Whether it is a class of such layers. */
export function isOperation(className: string): boolean {
  return Object.hasOwn(OPERATIONS, className);
}

/**
 * The row of a layer that is an operation in Keras, and what each call of it has after its tensors.
 * @param rank axes of a sample of its input
 */
export function operationRow({ className, config }: LayerSnapshot, rank: number) {
  const operation = isOperation(className) ? OPERATIONS[className]!(config, rank) : undefined;
  if (!operation) return undefined;
  const { className: class_name, module = "numpy", config: own, args = [] } = operation;
  const { name } = config;
  const row = { module: `keras.src.ops.${module}`, class_name, config: { name, ...own }, registered_name: class_name };
  return { row, args };
}
