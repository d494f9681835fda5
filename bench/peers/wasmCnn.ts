// This library as a contender: the built package, driven like the peers.
import type { Sequential } from "../library.js";
import { seedNetwork } from "../seedNetwork.js";
import { readWorkload, serve, toOneHot } from "./serve.js";

await serve(async (setup) => {
  const { weights, batchSize, images, labels } = readWorkload(setup);
  const { model, note } = networkWith(setup.threads);
  model.setWeights(weights);
  const targets = labels.map(toOneHot);
  return {
    ...(note && { note }),
    async step(batch) {
      if (setup.task !== "train") return (await model.predict(images[batch]!, { batchSize })).data;
      return (await model.trainOnBatch(images[batch]!, targets[batch]!)).loss!;
    },
  };
});

function networkWith(threads: number): { model: Sequential; note?: string } {
  // One thread is the calling one: no worker has to be woken.
  try {
    return { model: seedNetwork({ threads: threads === 1 ? 0 : threads }) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { model: seedNetwork({ threads: 0 }), note: `ONE THREAD ONLY, as more were refused: ${error.message}` };
  }
}
