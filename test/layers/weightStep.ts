import { Engine } from "../../dist/engine/engine.js";
import { loadPacks } from "../../dist/engine/kernels/kernels.js";
import { core } from "../../dist/engine/kernels/packs/core.generated.js";
import { ModelState } from "../../dist/engine/memory/state.js";
import { ProgramBuilder } from "../../dist/engine/program/program.js";
import type { Region } from "../../dist/engine/program/region.js";
import { Weight, type WeightRegularizer } from "../../dist/engine/program/weight.js";
import type { TensorLike } from "../reference/tensor.js";

/** A training step that does nothing to a weight but this: what `record` gives, the weight's gradient, and the weight after it. */
export async function step(
  { shape, data }: TensorLike,
  record: (program: ProgramBuilder, weight: Weight) => Region | undefined,
): Promise<{ result: number | undefined; gradient: Float32Array; after: Float32Array }> {
  const weight = new Weight("w", shape, true);
  const engine = new Engine(new ModelState([weight], 0), { threads: 0 });
  engine.write(weight, Float32Array.from(data));
  const program = new ProgramBuilder(true, 1);
  const x = program.batchRegion([1]);
  program.call(core, "addForward", program.batchRegion([1]), x, x, 1);
  const recorded = record(program, weight);
  const finished = program.finish();
  await loadPacks(finished.packs);
  const bound = engine.bind(finished, 1);
  await engine.run(bound, { iterations: 0, learningRate: 0, batchSamples: 1, seed: 1 });
  const read = (region: Region) => Float32Array.from(engine.rows(bound, region, 1));
  const result = recorded ? read(recorded)[0] : undefined;
  const [gradient, after] = [read(weight.gradient), engine.read(weight).slice()];
  await engine.dispose();
  return { result, gradient, after };
}

/** The penalty of a weight, and its gradient. */
export async function penaltyOf(regularizer: WeightRegularizer, w: TensorLike) {
  const { result, gradient } = await step(w, (program, weight) => {
    const penalty = regularizer.record(program, weight);
    regularizer.recordGradient(program, weight);
    return penalty;
  });
  return { penalty: result!, dw: gradient };
}
