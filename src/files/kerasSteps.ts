import { type JsonObject, own } from "./jsonValue.js";
import { FileRef } from "./kerasNodes.js";

// What an operator or function in a file is in terms of layers: one of them, or some that take what others give.

export type Operand = FileRef | Step;

export interface Step {
  readonly className: string;
  readonly options: JsonObject;
  readonly inputs: readonly Operand[];
}

export function step(className: string, options: JsonObject, ...inputs: readonly Operand[]): Step {
  return { className, options, inputs };
}

/** A function, by what it makes of options and tensors; undefined where no layers compute that. */
export interface KnownFunction {
  /** Its options. What else a call has is refused. */
  readonly options: readonly string[];
  /** Options that may be given without their names, after the tensors. */
  readonly positional?: readonly string[];
  steps(options: JsonObject, ...inputs: readonly [FileRef, ...FileRef[]]): Step | readonly Step[] | undefined;
}

/** All steps that these need, each once and after those that it takes something from. */
export function stepsIn(outputs: readonly Step[], found: Step[] = []): readonly Step[] {
  for (const each of outputs) {
    stepsIn(
      each.inputs.filter((input): input is Step => !(input instanceof FileRef)),
      found,
    );
    if (!found.includes(each)) found.push(each);
  }
  return found;
}

/** How many axes a tensor has, with that of the batch. @throws RangeError if the file does not say */
export function rankOf(tensor: FileRef): number {
  return shapeOf(tensor).length;
}

/** Size along an axis. @throws RangeError if the file does not say */
export function sizeAlong(tensor: FileRef, axis: number): number {
  const size = shapeOf(tensor).at(axis);
  if (size === null || size === undefined) throw new RangeError(`expected a size along axis ${axis}, got an open one`);
  return size;
}

function shapeOf({ shape }: FileRef): readonly (number | null)[] {
  if (shape) return shape;
  throw new RangeError("expected a file that says what shape its input has, got one of Keras 2");
}

/** Constants in arrays: their numbers, where they are one or lie along the last axis. */
export function numbersOf(operand: unknown): unknown {
  const kind = own(operand, "class_name");
  const given = kind === "__tensor__" || kind === "__numpy__" ? own(own(operand, "config"), "value") : operand;
  let value = given;
  while (Array.isArray(value) && value.length === 1) value = value[0];
  return Array.isArray(value) || typeof value === "number" ? value : operand;
}
