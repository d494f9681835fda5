import { mnistNetwork } from "./mnistNetwork.js";
import { summaryWidth } from "./terminal.js";

/** `wasm-cnn summary`: shows the network that `train-mnist` trains. */
export function summary(options: { lineLength?: number }): void {
  const model = mnistNetwork(1);
  model.summary({
    print: (text) => process.stdout.write(`${text}\n`),
    lineLength: options.lineLength ?? summaryWidth(process.stdout),
  });
  model.dispose();
}
