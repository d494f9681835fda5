import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { Model, NumberTensor, Sequential } from "wasm-cnn";
import { tolerances } from "../tolerances.js";
import { KERAS_FILES } from "./kerasFixtures.js";

// Models that are graphs, by real Keras: see keras/graphs.py.

export const GRAPHS = `${KERAS_FILES}graphs/`;

interface Numbers {
  readonly shape: number[];
  readonly data: number[];
}
/** One array, several in order, or by name. */
type Structure = Numbers | readonly Numbers[] | Readonly<Record<string, Numbers>>;

export interface GraphCase {
  readonly x: Structure;
  readonly y: Structure;
  readonly targets: Structure;
  readonly after: Structure;
}

const { models } = JSON.parse(readFileSync(`${GRAPHS}expected.json`, "utf8")) as { models: Record<string, GraphCase> };
export const graphCases: [name: string, expected: GraphCase][] = Object.entries(models);

function listOf(structure: Structure): readonly Numbers[] {
  if (Array.isArray(structure)) return structure;
  return Array.isArray(structure.data) ? [structure as Numbers] : Object.values(structure);
}

/** As `predict` and `fit` take it. */
function dataOf(structure: Structure, names: readonly string[]): NumberTensor | Record<string, NumberTensor> {
  const tensors = listOf(structure).map(({ shape, data }) => ({ shape, data: Float32Array.from(data) }));
  return tensors.length === 1 ? tensors[0]! : Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));
}

export const inputOf = (model: Model | Sequential, { x }: GraphCase) => dataOf(x, model.inputNames);
export const targetOf = (model: Model | Sequential, { targets }: GraphCase) => dataOf(targets, model.outputNames);

/** Predicts, and says how far off Keras it is at most. */
export async function expectOutputs(model: Model | Sequential, given: GraphCase, expected: Structure): Promise<void> {
  const predicted = await model.predict(inputOf(model, given));
  const outputs = model.outputNames.length === 1 ? [predicted as NumberTensor] : Object.values(predicted);
  const wanted = listOf(expected);
  expect(outputs.map(({ shape }) => shape)).toEqual(wanted.map(({ shape }) => shape));
  for (const [o, { data }] of wanted.entries()) {
    const error = Math.max(...data.map((value, i) => Math.abs(value - outputs[o]!.data[i]!)));
    expect(error).toBeLessThanOrEqual(tolerances.otherTools.absolute);
  }
}
