import { show } from "../base/check.js";
import type { TensorRef } from "../graph/snapshot.js";
import { isObject, type JsonObject, own } from "./jsonValue.js";

// The calls of layers in the configs of graphs, in all dialects:
// Keras 2 and TensorFlow.js: [["conv2d", 0, 0, {}], ...], one entry a tensor, with the keyword arguments of the call; operators: a bare
// entry, tensors among the keyword arguments too, a number in the place of a tensor as ["_CONSTANT_VALUE", -1, 2.5, {}].
// Keras 3: { args: [...], kwargs: {...} } with tensors as { class_name: "__keras_tensor__", config: { keras_history } }.

/** A tensor that a call takes, as the file counts layers, calls and tensors, until all of it is read. */
export class FileRef {
  /** @param shape what the file says of it, the batch's size first */
  constructor(
    public layer: string,
    public call: number,
    public tensor: number,
    public shape?: readonly (number | null)[],
  ) {}

  copy(): FileRef {
    return new FileRef(this.layer, this.call, this.tensor, this.shape);
  }

  get ref(): TensorRef {
    return [this.layer, this.call, this.tensor];
  }
}

/** A call with its arguments; tensors are FileRefs, wherever they stand. */
export interface FileCall {
  readonly args: readonly unknown[];
  readonly kwargs: JsonObject;
  /** Whether it is written as Keras 3 does: with the defaults of arguments that were not given. */
  readonly isKeras3: boolean;
}

/** Deeper structures of arguments are no model's. */
const MOST_DEPTH = 8;
const CONSTANT = "_CONSTANT_VALUE";

/** Whether calls are written as Keras 3 does. */
export function isKeras3Node(node: unknown): boolean {
  return isObject(node) && Array.isArray(own(node, "args"));
}

/** @throws TypeError if it is a call in none of the dialects */
export function readCall(node: unknown): FileCall {
  if (isKeras3Node(node)) {
    const kwargs = own(node, "kwargs") ?? {};
    return {
      args: withRefs(own(node, "args"), 0) as unknown[],
      kwargs: withRefs(kwargs, 0) as JsonObject,
      isKeras3: true,
    };
  }
  const kwargs: Record<string, unknown> = {};
  return { args: [readEntries(node, kwargs, 0)], kwargs, isKeras3: false };
}

/** An entry, a list or a record of them; their keyword arguments are gathered. */
function readEntries(value: unknown, kwargs: Record<string, unknown>, depth: number): unknown {
  if (depth > MOST_DEPTH) throw invalid(value);
  if (Array.isArray(value)) {
    const [name, call, tensor, given] = value;
    if (typeof name !== "string") {
      const entries = value.map((each) => readEntries(each, kwargs, depth + 1));
      return entries.length === 1 ? entries[0] : entries;
    }
    if (isObject(given)) for (const [key, each] of Object.entries(given)) kwargs[key] = legacyArgument(each, 0);
    return name === CONSTANT ? tensor : refOf(name, call, tensor);
  }
  if (!isObject(value)) throw invalid(value);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, readEntries(each, kwargs, depth + 1)]));
}

/** A keyword argument of Keras 2: tensors are entries there too. */
function legacyArgument(value: unknown, depth: number): unknown {
  if (!Array.isArray(value) || depth > MOST_DEPTH) return value;
  const [name, call, tensor] = value;
  const isRef = typeof name === "string" && Number.isInteger(call) && value.length <= 4 && value.length >= 3;
  if (isRef) return name === CONSTANT ? tensor : refOf(name, call, tensor);
  return value.map((each) => legacyArgument(each, depth + 1));
}

/** The tensors of Keras 3 in arguments. */
function withRefs(value: unknown, depth: number): unknown {
  if (depth > MOST_DEPTH) throw invalid(value);
  if (Array.isArray(value)) return value.map((each) => withRefs(each, depth + 1));
  if (!isObject(value)) return value;
  if (own(value, "class_name") === "__keras_tensor__") {
    const config = own(value, "config");
    const history = own(config, "keras_history");
    const [name, call, tensor] = Array.isArray(history) ? history : [];
    return refOf(name, call, tensor, shapeIn(own(config, "shape")));
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withRefs(each, depth + 1)]));
}

function refOf(name: unknown, call: unknown, tensor: unknown, shape?: FileRef["shape"]): FileRef {
  if (typeof name === "string" && isIndex(call) && isIndex(tensor)) return new FileRef(name, call, tensor, shape);
  throw invalid([name, call, tensor]);
}

function shapeIn(value: unknown): FileRef["shape"] {
  return Array.isArray(value) && value.every((size) => size === null || isIndex(size)) ? value : undefined;
}

const isIndex = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function invalid(value: unknown): TypeError {
  return new TypeError(`expected a call as [layer, call, tensor] or { args, kwargs }, got ${show(value)}`);
}

/** The tensors in an argument, in order; undefined if there is anything else in it. */
export function refsIn(value: unknown): readonly FileRef[] | undefined {
  if (value instanceof FileRef) return [value];
  if (!Array.isArray(value)) return undefined;
  const parts = value.map(refsIn);
  return parts.includes(undefined) ? undefined : parts.flatMap((refs) => refs!);
}

/**
 * Inputs or outputs of a graph: one tensor, several in lists, or several by name.
 * @throws TypeError if they are in no such form
 */
export function readTensors(value: unknown): FileRef | readonly FileRef[] | Readonly<Record<string, FileRef>> {
  const read = readEntries(value, {}, 0);
  if (read instanceof FileRef) return read;
  const list = refsIn(read);
  if (list && list.length > 0) return list;
  if (isObject(read)) {
    const entries = Object.entries(read);
    if (entries.length > 0 && entries.every(([, ref]) => ref instanceof FileRef)) {
      return Object.fromEntries(entries) as Record<string, FileRef>;
    }
  }
  throw invalid(value);
}
