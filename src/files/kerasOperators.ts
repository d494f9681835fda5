import { show } from "../base/check.js";
import { isObject, own } from "./jsonValue.js";
import { type FileCall, FileRef, refsIn } from "./kerasNodes.js";

// Operators on symbolic tensors (`x + y`, `2 * x`) stand in files as nodes of their own kinds. They are read as layers.

type Operator = "+" | "-" | "*" | "/";

/** Of Keras 3, keras.ops. */
const OPERATIONS: Readonly<Record<string, Operator>> = {
  Add: "+",
  Subtract: "-",
  Multiply: "*",
  Divide: "/",
  TrueDivide: "/",
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
};
/** Of TensorFlowOpLayer in Keras 2. */
const NODES: Readonly<Record<string, Operator>> = { Add: "+", AddV2: "+", Sub: "-", Mul: "*", RealDiv: "/", Div: "/" };

const LAYERS: Readonly<Record<string, string>> = { "+": "Add", "-": "Subtract", "*": "Multiply" };

/** What a call of an operator is as a layer. */
export interface OperatorCall {
  readonly className: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: readonly FileRef[];
}

/**
 * Whether a row is of an operator: the name of the operator, or of what is not supported; undefined for layers.
 * @param calls those of the row; legacy `.h5` of Keras 3 have nothing else that tells the operator `Add` from the layer
 */
export function operatorOf(kind: string, row: unknown, calls: readonly FileCall[]): string | undefined {
  const config = own(row, "config");
  if (kind === "TFOpLambda" || kind === "SlicingOpLambda") return String(own(config, "function") ?? kind);
  if (kind === "TensorFlowOpLayer") return String(nodeOf(config).op ?? kind);
  const module = own(row, "module");
  if (typeof module === "string" && /^keras(\.src)?\.ops\b/.test(module)) return kind;
  const isBare = calls.length > 0 && calls.every(({ args }) => args.length === 2 && args.every(isOperand));
  return Object.hasOwn(OPERATIONS, kind) && isBare ? kind : undefined;
}

const isOperand = (value: unknown): value is FileRef | number => typeof value === "number" || value instanceof FileRef;

/** Keras 2.0 to 2.3 of TensorFlow: a node of its graph. */
function nodeOf(config: unknown): { op: unknown } {
  const node = own(config, "node_def");
  // As protobuf's text: `op: "AddV2"`.
  return { op: typeof node === "string" ? /\bop:\s*"(\w+)"/.exec(node)?.[1] : own(node, "op") };
}

/** @throws RangeError for an operator, or operands, that no layer has */
export function readOperator(kind: string, name: string, row: unknown, call: FileCall): OperatorCall {
  const tables = { TFOpLambda: FUNCTIONS, TensorFlowOpLayer: NODES } as Readonly<Record<string, typeof NODES>>;
  const table = (Object.hasOwn(tables, kind) && tables[kind]) || OPERATIONS;
  const operator = Object.hasOwn(table, name) ? table[name]! : undefined;
  if (!operator) throw new RangeError("no such layer");
  const operands = operandsOf(kind, row, call);
  const [a, b] = operands;
  if (operands.length !== 2 || !isOperand(a) || !isOperand(b)) {
    throw new RangeError(`expected tensors and numbers, got ${operands.map((each) => describe(each)).join(", ")}`);
  }
  if (a instanceof FileRef && b instanceof FileRef) {
    const className = LAYERS[operator];
    if (className) return { className, options: {}, inputs: [a, b] };
  } else if (a instanceof FileRef) return rescaling(a, rightOf(operator, b as number));
  else if (b instanceof FileRef && operator !== "/") return rescaling(b, leftOf(operator, a as number));
  throw new RangeError("no such layer");
}

function operandsOf(kind: string, row: unknown, { args, kwargs }: FileCall): readonly unknown[] {
  if (kind !== "TensorFlowOpLayer") {
    const named = ["x", "x1", "y", "x2"].flatMap((key) => own(kwargs, key) ?? []);
    return [...args, ...named];
  }
  const operands: unknown[] = [...(refsIn(args) ?? args)];
  const constants = own(own(row, "config"), "constants");
  const given = isObject(constants) ? Object.entries(constants) : [];
  for (const [index, value] of given) operands.splice(Number(index), 0, value);
  return operands;
}

const describe = (operand: unknown) => (operand instanceof FileRef ? "a tensor" : show(operand));

function rescaling(input: FileRef, [scale, offset]: readonly [number, number]): OperatorCall {
  return { className: "Rescaling", options: { scale, offset }, inputs: [input] };
}

/** Scale and offset of `x operator value`. */
function rightOf(operator: Operator, value: number): readonly [scale: number, offset: number] {
  switch (operator) {
    case "+":
      return [1, value];
    case "-":
      return [1, -value];
    case "*":
      return [value, 0];
    case "/":
      return [1 / value, 0];
  }
}

/** Those of `value operator x`. */
function leftOf(operator: Operator, value: number): readonly [scale: number, offset: number] {
  return operator === "-" ? [-1, value] : rightOf(operator, value);
}
