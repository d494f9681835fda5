// This library as a contender: the built package, driven like the peers.
import { peerNetworks } from "./peerNetworks.js";
import { readWorkload, type Setup, serve, toFloats, toOneHot } from "./serve.js";

await serve(async (setup) => {
  const { weights, batchSize, images, labels, classes } = readWorkload(setup);
  const { model, note } = networkOf(setup);
  model.setWeights(weights);
  // The seed's network takes bytes, the others floats.
  const inputs = setup.network === "seed" ? images : images.map(toFloats);
  const targets = labels.map((each) => toOneHot(each, classes));
  return {
    ...(note && { note }),
    async step(batch) {
      if (!setup.training) return (await model.predict(inputs[batch]!, { batchSize })).data;
      return (await model.trainOnBatch(inputs[batch]!, targets[batch]!)).loss!;
    },
  };
});

function networkOf({ network, threads }: Setup) {
  const make = peerNetworks[network];
  // One thread is the calling one: no worker has to be woken.
  try {
    return { model: make({ threads: threads === 1 ? 0 : threads }) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { model: make({ threads: 0 }), note: `ONE THREAD ONLY, as more were refused: ${error.message}` };
  }
}
