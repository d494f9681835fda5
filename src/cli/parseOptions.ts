import { formatOfName } from "../files/formats.js";
import type { RecipeName } from "./recipes.js";
import { UsageError } from "./usageError.js";

/** A parser for an option that takes an integer of at least `min`. */
export function integer(option: string, min: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && Number.isSafeInteger(value)) return value;
    const tooLarge = value >= min ? " and below 2^53" : "";
    throw new UsageError(`${option}: expected an integer >= ${min}${tooLarge}, got ${JSON.stringify(text)}`);
  };
}

/** Parses `--threads`: "auto", or a number of worker threads, where 0 is the calling thread alone. */
export function threadCount(text: string): "auto" | number {
  if (text === "auto") return "auto";
  if (/^\d+$/.test(text)) return Number(text);
  throw new UsageError(`--threads: expected "auto" or an integer >= 0, got ${JSON.stringify(text)}`);
}

/** Parses `--port`. */
export function port(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= 65_535) return value;
  throw new UsageError(`--port: expected an integer from 1 to 65535, got ${JSON.stringify(text)}`);
}

/** A parser for an option that takes a folder. */
export function folder(option: string): (text: string) => string {
  return (text) => {
    if (text !== "") return text;
    throw new UsageError(`${option}: expected a folder, got ""`);
  };
}

/** A parser for a file that a model is to be written to. */
export function modelFile(option: string): (text: string) => string {
  return (text) => {
    if (formatOfName(text)) return text;
    throw new UsageError(
      `${option}: expected a file that ends in .keras, .h5, .weights.h5, .safetensors or .onnx, or is called model.json, ` +
        `got ${JSON.stringify(text)}`,
    );
  };
}

/** Names of recipes.ts, which is loaded only when a network is trained. */
const RECIPES: readonly RecipeName[] = ["tutorial", "fast", "best"];

/** Parses `--recipe`. */
export function recipe(text: string): RecipeName {
  const found = RECIPES.find((name) => name === text);
  if (found) return found;
  throw new UsageError(`--recipe: expected one of ${RECIPES.join(", ")}, got ${JSON.stringify(text)}`);
}
