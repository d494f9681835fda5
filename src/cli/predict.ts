import type { Pixels } from "../data/pixels.js";
import { loadModelFile } from "./loadModelFile.js";
import { checkGivesClasses, imageFor, imageShapeOf, inputShapeOf, isBlank, scaled } from "./modelInput.js";
import { readImage } from "./readImage.js";
import { report } from "./report.js";

const BAR = 20;

export interface PredictOptions {
  invert?: boolean;
  top: number;
  json?: boolean;
}

interface Answer {
  image: string;
  /** All its pixels are alike, or what there is of ink is no more than noise. */
  blank?: true;
  top: { class: number; score: number }[];
}

/** `wasm-cnn predict`: what a model says to images. Those that cannot be read are named on stderr, and make it exit code 1. */
export async function predict(file: string, paths: readonly string[], options: PredictOptions): Promise<void> {
  const { invert = false, json = false } = options;
  const model = await loadModelFile(file, { compile: false });
  const shape = imageShapeOf(model, file);
  checkGivesClasses(model, file);
  const answers: Answer[] = [];
  for (const path of paths) {
    let pixels: Pixels;
    try {
      pixels = await readImage(path);
    } catch (error) {
      report(error);
      process.exitCode = 1;
      continue;
    }
    const image = imageFor(shape, pixels, invert);
    const input = { data: scaled(model, image), shape: [1, ...inputShapeOf(model, file)] };
    const { data: scores } = await model.predict(input);
    const top = [...scores]
      .map((score, index) => ({ class: index, score }))
      .sort((a, b) => b.score - a.score)
      .slice(0, options.top);
    const answer: Answer = { image: path, ...(isBlank(image, shape[2]) && { blank: true }), top };
    if (!json) process.stdout.write(`${answers.length > 0 ? "\n" : ""}${describe(answer)}\n`);
    answers.push(answer);
  }
  model.dispose();
  if (json) process.stdout.write(`${JSON.stringify(answers)}\n`);
}

function describe({ image, blank, top }: Answer): string {
  const width = Math.max(...top.map((each) => String(each.class).length));
  const lines = top.map(({ class: index, score }) => {
    const filled = Math.round(BAR * Math.min(1, Math.max(0, score)));
    const bar = "█".repeat(filled) + "░".repeat(BAR - filled);
    return `  ${String(index).padStart(width)}  ${bar} ${(100 * score).toFixed(2).padStart(6)} %`;
  });
  return [`${image}: ${blank ? "blank; what the model says to nothing: " : ""}${top[0]!.class}`, ...lines].join("\n");
}
