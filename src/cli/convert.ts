import { formatOfName } from "../files/formats.js";
import { loadModelFile } from "./loadModelFile.js";
import { checkOutput, saveModel } from "./output.js";

export interface ConvertOptions {
  /** Whether to keep what `compile` was given, and the optimizer's state, where the new format has a place for them. */
  compile: boolean;
  /** The file of the model that weights alone are of. */
  model?: string;
}

/** `wasm-cnn convert`: writes a model in another format. */
export async function convert(from: string, to: string, { compile, model: file }: ConvertOptions): Promise<void> {
  await checkOutput("convert", to);
  const includeOptimizer = compile && ["keras", "h5", "tfjs"].includes(formatOfName(to)!);
  const model = await loadModelFile(file ?? from, { compile: includeOptimizer });
  if (file !== undefined) await model.loadWeights(from);
  await saveModel(model, to, { includeOptimizer });
  model.dispose();
}
