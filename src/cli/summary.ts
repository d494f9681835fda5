import { loadModelFile } from "./loadModelFile.js";
import { mnistNetwork } from "./mnistNetwork.js";
import { summaryWidth } from "./terminal.js";

/** `wasm-cnn summary`: shows a model, or the network that `train-mnist` trains. */
export async function summary(file: string | undefined, options: { lineLength?: number }): Promise<void> {
  const model = file === undefined ? mnistNetwork(1) : await loadModelFile(file, { compile: false });
  model.summary({
    print: (text) => process.stdout.write(`${text}\n`),
    lineLength: options.lineLength ?? summaryWidth(process.stdout),
  });
  model.dispose();
}
