import { show } from "../base/check.js";
import { ln } from "../base/exactMath.js";
import { isObject, own } from "./jsonValue.js";
import { functionSteps, isFunction } from "./kerasFunctions.js";
import { type FileCall, FileRef, refsIn } from "./kerasNodes.js";
import type { KnownLayers } from "./kerasRows.js";
import { numbersOf, type Step, step } from "./kerasSteps.js";

// Operators on symbolic tensors (`x + y`, `2 * x`) stand in files as nodes of their own kinds. They are read as layers.

type Operator = "+" | "-" | "*" | "/" | "^" | "max" | "min" | "square";
/** A number, or one for each index of the last axis. */
type Numbers = number | readonly number[];
type Operand = FileRef | Numbers;

/** Of Keras 3, keras.ops. */
const OPERATIONS: Readonly<Record<string, Operator>> = {
  Add: "+",
  Subtract: "-",
  Multiply: "*",
  Divide: "/",
  TrueDivide: "/",
  Power: "^",
  Maximum: "max",
  Minimum: "min",
  Square: "square",
};
/** Of TFOpLambda in Keras 2. */
const FUNCTIONS: Readonly<Record<string, Operator>> = {
  "math.add": "+",
  "__operators__.add": "+",
  "math.subtract": "-",
  "math.multiply": "*",
  "math.divide": "/",
  "math.truediv": "/",
  "__operators__.truediv": "/",
  "nn.bias_add": "+",
  "math.pow": "^",
  "math.maximum": "max",
  "math.minimum": "min",
  "math.square": "square",
};
/** Of TensorFlowOpLayer in Keras 2. */
const NODES: Readonly<Record<string, Operator>> = { Add: "+", AddV2: "+", Sub: "-", Mul: "*", RealDiv: "/", Div: "/" };

const LAYERS: Readonly<Partial<Record<Operator, string>>> = {
  "+": "Add",
  "-": "Subtract",
  "*": "Multiply",
  "/": "Divide",
  max: "Maximum",
  min: "Minimum",
};

/**
 * Whether a row is of an operator: the name of the operator, or of what is not supported; undefined for layers.
 * @param calls those of the row; legacy `.h5` of Keras 3 have nothing else that tells the operator `Add` from the layer
 */
export function operatorOf(
  kind: string,
  row: unknown,
  calls: readonly FileCall[],
  { isLayer }: KnownLayers,
): string | undefined {
  const config = own(row, "config");
  if (kind === "TFOpLambda" || kind === "SlicingOpLambda") return String(own(config, "function") ?? kind);
  if (kind === "TensorFlowOpLayer") return String(nodeOf(config).op ?? kind);
  const module = own(row, "module");
  if (typeof module === "string" && /^keras(\.src)?\.ops\b/.test(module)) return kind;
  const isBare = calls.length > 0 && calls.every(({ args }) => args.length === 2 && args.every(isOperand));
  if (Object.hasOwn(OPERATIONS, kind) && isBare) return kind;
  // The layer of this name has another option.
  if (kind === "Reshape" && own(config, "newshape") !== undefined) return kind;
  const isKnown = isFunction(kind) || Object.hasOwn(OPERATIONS, kind);
  return calls.length > 0 && isKnown && !isLayer(kind) ? kind : undefined;
}

const isOperand = (value: unknown): value is Operand =>
  typeof value === "number" || value instanceof FileRef || (Array.isArray(value) && value.every(Number.isFinite));

/** Keras 2.0 to 2.3 of TensorFlow: a node of its graph. */
function nodeOf(config: unknown): { op: unknown } {
  const node = own(config, "node_def");
  // As protobuf's text: `op: "AddV2"`.
  return { op: typeof node === "string" ? /\bop:\s*"(\w+)"/.exec(node)?.[1] : own(node, "op") };
}

/** The layers whose outputs are those of a call of an operator. @throws RangeError for an operator, or operands, that no layers have */
export function readOperator(kind: string, name: string, row: unknown, call: FileCall): readonly Step[] {
  const tables = { TFOpLambda: FUNCTIONS, TensorFlowOpLayer: NODES } as Readonly<Record<string, typeof NODES>>;
  const table = (Object.hasOwn(tables, kind) && tables[kind]) || OPERATIONS;
  const operator = Object.hasOwn(table, name) ? table[name]! : undefined;
  if (!operator) {
    const found = functionSteps(name, row, call);
    if (!found) throw new RangeError("no such layer");
    return found;
  }
  const operands = operandsOf(kind, row, call).map(numbersOf);
  const [a, b = 2] = operands;
  if (operands.length !== (operator === "square" ? 1 : 2) || !isOperand(a) || !isOperand(b)) {
    throw new RangeError(`expected tensors and numbers, got ${operands.map((each) => describe(each)).join(", ")}`);
  }
  const found = ofTensors(operator, a, b) ?? ofNumbers(operator, a, b);
  if (!found) throw new RangeError("no such layer");
  return [found];
}

/** Of two tensors, or of one with itself. */
function ofTensors(operator: Operator, a: Operand, b: Operand): Step | undefined {
  if (!(a instanceof FileRef)) return undefined;
  if ((operator === "square" || operator === "^") && b === 2) return step("Multiply", {}, a, a);
  const className = LAYERS[operator];
  return className && b instanceof FileRef ? step(className, {}, a, b) : undefined;
}

/** Of a tensor and numbers. */
function ofNumbers(operator: Operator, a: Operand, b: Operand): Step | undefined {
  const [x, value] = a instanceof FileRef ? [a, b] : [b, a];
  if (!(x instanceof FileRef) || value instanceof FileRef) return undefined;
  const isOne = typeof value === "number";
  if (isOne && operator === "max") return step("Clip", { min: value }, x);
  if (isOne && operator === "min") return step("Clip", { max: value }, x);
  const isLeft = x === b;
  if (isOne && operator === "^") return isLeft ? exponential(value, x) : step("Power", { exponent: value }, x);
  if (isLeft && operator === "/") return rescaling(step("Power", { exponent: -1 }, x), [value, 0]);
  return rescaling(x, (isLeft ? leftOf : rightOf)(operator, value));
}

/** base^x = e^(x ln base) */
function exponential(base: number, x: FileRef): Step | undefined {
  if (base <= 0) return undefined;
  return step("Activation", { activation: "exponential" }, step("Rescaling", { scale: ln(base), offset: 0 }, x));
}

function operandsOf(kind: string, row: unknown, { args, kwargs }: FileCall): readonly unknown[] {
  if (kind !== "TensorFlowOpLayer") {
    const named = ["x", "x1", "value", "y", "x2", "bias"]
      .map((key) => own(kwargs, key))
      .filter((value) => value !== undefined && value !== null);
    return [...args, ...named];
  }
  const operands: unknown[] = [...(refsIn(args) ?? args)];
  const constants = own(own(row, "config"), "constants");
  const given = isObject(constants) ? Object.entries(constants) : [];
  for (const [index, value] of given) operands.splice(Number(index), 0, value);
  return operands;
}

const describe = (operand: unknown) => (operand instanceof FileRef ? "a tensor" : show(operand));

function rescaling(x: FileRef | Step, found: readonly [Numbers, Numbers] | undefined): Step | undefined {
  if (!found) return undefined;
  const [scale, offset] = found;
  return step("Rescaling", { scale, offset }, x);
}

const mapped = (value: Numbers, map: (one: number) => number) =>
  typeof value === "number" ? map(value) : value.map(map);

/** Scale and offset of `x operator value`. */
function rightOf(operator: Operator, value: Numbers): readonly [scale: Numbers, offset: Numbers] | undefined {
  switch (operator) {
    case "+":
      return [1, value];
    case "-":
      return [1, mapped(value, (one) => -one)];
    case "*":
      return [value, 0];
    case "/":
      return [mapped(value, (one) => 1 / one), 0];
    default:
      return undefined;
  }
}

/** Those of `value operator x`. */
function leftOf(operator: Operator, value: Numbers): readonly [scale: Numbers, offset: Numbers] | undefined {
  if (operator === "/") return undefined;
  return operator === "-" ? [-1, value] : rightOf(operator, value);
}
