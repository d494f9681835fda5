import { loadModel } from "../index.js";
import { imageFor, inputShapeOf, scaled } from "./modelInput.js";
import { readImage } from "./readImage.js";

const BAR = 20;

export interface PredictOptions {
  invert?: boolean;
  top: number;
  json?: boolean;
}

/** `wasm-cnn predict`: what a model says to images. */
export async function predict(file: string, paths: readonly string[], options: PredictOptions): Promise<void> {
  const { invert = false, json = false } = options;
  const model = await loadModel(file, { compile: false });
  const shape = inputShapeOf(model, file);
  const results: { image: string; top: { class: number; score: number }[] }[] = [];
  for (const path of paths) {
    const data = scaled(model, imageFor(model, file, await readImage(path), invert));
    const { data: scores } = await model.predict({ data, shape: [1, ...shape] });
    const top = [...scores]
      .map((score, index) => ({ class: index, score }))
      .sort((a, b) => b.score - a.score)
      .slice(0, options.top);
    results.push({ image: path, top });
  }
  model.dispose();
  process.stdout.write(`${json ? JSON.stringify(results) : results.map(describe).join("\n\n")}\n`);
}

function describe({ image, top }: { image: string; top: readonly { class: number; score: number }[] }): string {
  const width = Math.max(...top.map((each) => String(each.class).length));
  const lines = top.map(({ class: index, score }) => {
    const filled = Math.round(BAR * Math.min(1, Math.max(0, score)));
    const bar = "█".repeat(filled) + "░".repeat(BAR - filled);
    return `  ${String(index).padStart(width)}  ${bar} ${(100 * score).toFixed(2).padStart(6)} %`;
  });
  return [`${image}: ${top[0]!.class}`, ...lines].join("\n");
}
