import { loadModel } from "../index.js";

/** `wasm-cnn convert`: writes a model in another format. */
export async function convert(from: string, to: string, { compile }: { compile: boolean }): Promise<void> {
  const model = await loadModel(from, { compile });
  await model.save(to, { includeOptimizer: compile });
  model.dispose();
}
