import { type BaseModel, type LoadOptions, loadModel } from "../index.js";

/** What errors of `loadModel` advise, and what that is on the command line. */
const ADVICE: readonly (readonly [string, string])[] = [
  ["`compile: false` leaves them out", "--no-compile leaves them out"],
  ["use loadWeights on a model", "`wasm-cnn convert WEIGHTS NEW --model FILE` puts them into their model"],
];

/** The model of a file. @throws as `loadModel`, with advice for the command line */
export async function loadModelFile(file: string, options: LoadOptions): Promise<BaseModel> {
  try {
    return await loadModel(file, options);
  } catch (error) {
    if (error instanceof Error) for (const [from, to] of ADVICE) error.message = error.message.replace(from, to);
    throw error;
  }
}
