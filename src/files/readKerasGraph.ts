import { show } from "../base/check.js";
import type { CallSnapshot, LayerSnapshot, ModelSnapshot, Tensors } from "../graph/snapshot.js";
import { isObject, type JsonObject, own } from "./jsonValue.js";
import { type FileCall, FileRef, isKeras3Node, readCall, readTensors, refsIn } from "./kerasNodes.js";
import { operatorOf, readOperator } from "./kerasOperators.js";
import { className, labelOf, type Reading } from "./kerasRows.js";
import { KnownShapes } from "./kerasShapes.js";
import { type Step, stepsIn } from "./kerasSteps.js";

/** Layers that take several tensors as arguments of their own, by name. */
const SEVERAL: Readonly<Record<string, readonly string[]>> = { MultiHeadAttention: ["query", "value", "key"] };

/** A call whose tensors still count calls as the file does. */
interface ReadCall {
  readonly inputs: readonly FileRef[];
  readonly training?: boolean;
}

/** Reads a layer, or a model inside; undefined, and a problem more, if it is not supported. */
type ReadLayer = (row: unknown, name: string, names: Set<string>, reading: Reading) => LayerSnapshot | undefined;

interface ReadRow {
  readonly row: LayerSnapshot;
  readonly calls: readonly ReadCall[];
  /** Of an operator that is several layers, or parts of one: the layers that stand for its outputs. */
  readonly outputs?: readonly string[];
}

/** Layers, calls, inputs and outputs of a functional model. @throws Error for what is no graph */
export function readGraph(config: JsonObject, rows: readonly unknown[], reading: Reading, readLayer: ReadLayer) {
  const read: ReadRow[] = [];
  const names = new Set<string>();
  const all = new Set(rows.map(nameOf));
  const shapes = new KnownShapes(rows, reading.layers);
  for (const row of rows) {
    const name = nameOf(row);
    if (names.has(name)) reading.problems.push(`${labelOf(className(row), name, reading.path)}: its name is taken`);
    names.add(name);
    for (const each of readRow({ row, name, taken: all, shapes }, reading, readLayer)) {
      read.push(each);
      shapes.add(each);
    }
  }
  const inputs = readEnds(config, "input_layers");
  const outputs = readEnds(config, "output_layers");
  const isKeras3 = rows.some((row) => nodesOf(row).some(isKeras3Node));
  const ends = [inputs, outputs].flatMap(listOf);
  countCalls(read, ends, isKeras3);
  for (const ref of [...ends, ...read.flatMap(({ calls }) => calls.flatMap((call) => call.inputs))]) {
    if (!all.has(ref.layer)) throw new Error(`expected tensors of its layers, got one of ${show(ref.layer)}`);
  }
  redirect(read, ends);
  const layers = read.map(({ row, calls }): LayerSnapshot => {
    const made = calls.map(({ inputs, ...rest }): CallSnapshot => ({ inputs: inputs.map(({ ref }) => ref), ...rest }));
    // An input has one call, of which files say nothing.
    return { ...row, calls: row.className === "InputLayer" ? [{ inputs: [] }] : made };
  });
  return { layers, inputs: tensorsOf(inputs), outputs: tensorsOf(withNames(outputs)) } satisfies Partial<ModelSnapshot>;
}

function nameOf(row: unknown): string {
  return String(own(row, "name") ?? own(own(row, "config"), "name"));
}

function nodesOf(row: unknown): readonly unknown[] {
  const nodes = own(row, "inbound_nodes") ?? own(row, "inboundNodes");
  return Array.isArray(nodes) ? nodes : [];
}

interface GivenRow {
  readonly row: unknown;
  readonly name: string;
  /** Names that layers have; those of an operator's layers come in. */
  readonly taken: Set<string>;
  readonly shapes: KnownShapes;
}

function readRow(given: GivenRow, reading: Reading, readLayer: ReadLayer): readonly ReadRow[] {
  const { row, name, shapes } = given;
  const kind = String(className(row));
  const label = labelOf(kind, name, reading.path);
  let calls: readonly FileCall[];
  try {
    calls = nodesOf(row).map(readCall);
  } catch (error) {
    reading.problems.push(`${label}: ${(error as Error).message}`);
    return [];
  }
  const operator = operatorOf(kind, row, calls, reading.layers);
  if (operator !== undefined) {
    for (const { args, kwargs } of calls) shapes.tell([args, kwargs]);
    return readOperatorRows(kind, operator, given, calls, reading);
  }
  const read = readLayer(row, name, new Set(), reading);
  if (!read) return [];
  return [{ row: read, calls: calls.map((call) => readLayerCall(read, call, label, reading.problems)) }];
}

/** An operator as layers: the first output has its name, all else a number after it. */
function readOperatorRows(
  kind: string,
  operator: string,
  { name, row, taken }: GivenRow,
  given: readonly FileCall[],
  { path, problems, layers }: Reading,
): readonly ReadRow[] {
  const label = labelOf(kind === operator ? `operator ${kind}` : `${kind} ${operator}`, name, path);
  try {
    const calls = given.map((call) => readOperator(kind, operator, row, call));
    const steps = calls.map((outputs) => stepsIn(outputs));
    const kinds = new Set(steps.map((list) => JSON.stringify(list.map((each) => [each.className, each.options]))));
    if (kinds.size > 1) throw new RangeError("expected calls with the same numbers, got several");
    const [outputs] = calls;
    if (!outputs) throw new RangeError("expected a call, got none");
    const names = steps[0]!.map((each) => (each === outputs[0] ? name : freeName(name, taken)));
    const nameOf = (each: Step, call: number) => names[steps[call]!.indexOf(each)]!;
    const rows = steps[0]!.map(({ className, options }, i) => {
      const layer = layers.makeRow(className, { ...options, name: names[i] }, label, problems);
      const made = steps.map((list, call): ReadCall => {
        const refs = list[i]!.inputs.map((input) =>
          input instanceof FileRef ? input.copy() : new FileRef(nameOf(input, call), call, 0),
        );
        return { inputs: refs };
      });
      return layer && { row: layer, calls: made, ...(i === 0 && { outputs: outputs.map((each) => nameOf(each, 0)) }) };
    });
    return rows.includes(undefined) ? [] : (rows as ReadRow[]);
  } catch (error) {
    problems.push(`${label}: ${(error as Error).message}`);
    return [];
  }
}

function freeName(base: string, taken: Set<string>): string {
  for (let i = 1; ; i++) {
    const name = `${base}_${i}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

/** Tensors of operators with several outputs are those of the layers that give them. */
function redirect(read: readonly ReadRow[], ends: readonly FileRef[]): void {
  const parts = new Map(
    read.flatMap(({ outputs = [] }) => (outputs.length > 1 ? [[outputs[0]!, outputs] as const] : [])),
  );
  for (const ref of [...ends, ...read.flatMap(({ calls }) => calls.flatMap(({ inputs }) => inputs))]) {
    const part = parts.get(ref.layer)?.[ref.tensor];
    if (part !== undefined) Object.assign(ref, { layer: part, tensor: 0 });
  }
}

function readLayerCall(layer: LayerSnapshot, call: FileCall, label: string, problems: string[]): ReadCall {
  const unsupported = (what: string, value: unknown) => {
    problems.push(`${label}: called with ${what}, which is ${value instanceof FileRef ? "a tensor" : show(value)}`);
  };
  const [first, ...others] = call.args;
  const { inputs: named, ...kwargs } = call.kwargs;
  const given = first ?? named;
  const inputs = [...(refsIn(inOrder(given, layer.model)) ?? [])];
  if (inputs.length === 0) unsupported("its input", given);
  const several = SEVERAL[layer.className] ?? [];
  for (const [i, value] of others.entries()) {
    const isInput = value instanceof FileRef && i + 1 < several.length;
    if (isInput) inputs.push(value);
    else if (value !== null && value !== undefined) unsupported(`argument ${i + 2}`, value);
  }
  let training: boolean | undefined;
  for (const [key, value] of Object.entries(kwargs)) {
    if (saysNothing(value)) continue;
    const isTraining = key === "training" && typeof value === "boolean";
    if (isTraining && call.isKeras3 && isDefault(layer.className, value)) continue;
    if (isTraining) training = value;
    else if (several.includes(key) && value instanceof FileRef) inputs.push(value);
    else unsupported(key, value);
  }
  return { inputs, ...(training !== undefined && { training }) };
}

/** Of several inputs a list or a record: `mask: [null, null]`. */
function saysNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return Array.isArray(value) ? value.every(saysNothing) : isRecord(value) && Object.values(value).every(saysNothing);
}

const isRecord = (value: unknown): value is JsonObject => isObject(value) && !(value instanceof FileRef);

/** Layers of Keras 3 whose `call` has `training=False`, and those that have `training=True`. */
const NOT_IN_TRAINING = /Dropout(\dD)?$|^(GaussianNoise|SpectralNormalization)$/;
const IN_TRAINING =
  /^(Random\w+|RandAugment|AugMix|AutoContrast|CenterCrop|CutMix|Equalization|MixUp|Resizing|Solarization)$/;

/** Whether Keras 3 writes this for `training` where a call says nothing of it: then the layer goes by how the model runs. */
function isDefault(className: string, training: boolean): boolean {
  return (training ? IN_TRAINING : NOT_IN_TRAINING).test(className);
}

/** A record of tensors in the order of the inputs of the model that takes it; all else as it is. */
function inOrder(given: unknown, model: ModelSnapshot | undefined): unknown {
  if (!isObject(given) || given instanceof FileRef || !model?.inputs) return given;
  const { inputs } = model;
  const names = !Array.isArray(inputs)
    ? Object.keys(inputs).sort()
    : typeof inputs[0] === "string"
      ? [inputs[0]]
      : inputs.map(([layer]) => layer as string);
  return names.map((name) => own(given, name));
}

/**
 * From how files count calls of models inside to 0, 1, ...: Keras 2 and TensorFlow.js give some of them a call of their own before
 * all others; Keras 3 counts that in a model's outputs, of functional models alone.
 */
function countCalls(read: readonly ReadRow[], ends: readonly FileRef[], isKeras3: boolean): void {
  const models = new Map(read.flatMap(({ row }) => (row.model ? [[String(row.config.name), row.model] as const] : [])));
  const taken = read.flatMap(({ calls }) => calls.flatMap(({ inputs }) => inputs));
  for (const [name, model] of models) {
    const mine = (refs: readonly FileRef[]) => refs.filter(({ layer }) => layer === name);
    if (isKeras3) {
      if (model.className === "Functional") for (const ref of mine(ends)) ref.call--;
      continue;
    }
    // Each call is one that something is taken of.
    const refs = [...new Set(mine([...taken, ...ends]))];
    const first = Math.min(...refs.map(({ call }) => call));
    for (const ref of refs) ref.call -= first;
  }
}

function readEnds(config: JsonObject, key: string): FileTensors {
  try {
    return readTensors(own(config, key));
  } catch (cause) {
    throw new Error(`expected ${key} of layers, got ${show(own(config, key))}`, { cause });
  }
}

type FileTensors = ReturnType<typeof readTensors>;

function listOf(tensors: FileTensors): readonly FileRef[] {
  if (tensors instanceof FileRef) return [tensors];
  return Array.isArray(tensors) ? tensors : Object.values(tensors as Readonly<Record<string, FileRef>>);
}

/** Of several outputs of one layer each needs a name of its own: `head`, `head_1`. */
function withNames(tensors: FileTensors): FileTensors {
  const list = listOf(tensors);
  if (!Array.isArray(tensors) || new Set(list.map(({ layer }) => layer)).size === list.length) return tensors;
  const named = new Map<string, FileRef>();
  for (const ref of list) {
    let name = ref.layer;
    for (let i = 1; named.has(name); i++) name = `${ref.layer}_${i}`;
    named.set(name, ref);
  }
  return Object.fromEntries(named);
}

function tensorsOf(tensors: FileTensors): Tensors {
  if (tensors instanceof FileRef) return tensors.ref;
  if (Array.isArray(tensors)) {
    const refs = (tensors as readonly FileRef[]).map(({ ref }) => ref);
    return refs.length === 1 ? refs[0]! : refs;
  }
  const record = tensors as Readonly<Record<string, FileRef>>;
  return Object.fromEntries(Object.entries(record).map(([name, { ref }]) => [name, ref]));
}
