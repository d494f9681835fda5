import { loadMnist, toCategorical } from "wasm-cnn";
import { BaselineNetwork } from "./baseline/network.js";
import { medians } from "./measure.js";
import { seedNetwork } from "./seedNetwork.js";

export interface ModelResult {
  readonly task: string;
  /** Images a second. */
  readonly wasm: number;
  readonly javascript: number;
  /** With the relaxed kernels, where they were asked for. */
  readonly relaxed?: number;
}

const BATCH = 64;
/** Enough that training goes on learning: on one batch alone its gradients would soon be subnormal numbers, and slow. */
const BATCHES = 512;

/**
 * The seed's network, here and in plain JavaScript, from the same weights on the same images, in the same run.
 * @param withRelaxed whether the network with relaxed kernels takes turns with them
 */
export async function benchModels(runs: number, withRelaxed: boolean): Promise<ModelResult[]> {
  const { trainImages, trainLabels } = await loadMnist();
  const batches = Array.from({ length: BATCHES }, (_, i) => ({
    images: trainImages.data.subarray(i * BATCH * 784, (i + 1) * BATCH * 784),
    labels: toCategorical(trainLabels.data.subarray(i * BATCH, (i + 1) * BATCH), 10),
  }));
  const { images, labels } = batches[0]!;
  const model = seedNetwork();
  const baseline = new BaselineNetwork(model.getWeights().map(({ data }) => data));

  const { loss } = await model.trainOnBatch(images, labels);
  const baselineLoss = baseline.trainOnBatch(images, labels.data, BATCH);
  if (Math.abs(loss - baselineLoss) > 1e-4 * loss) {
    throw new Error(`bench: expected the baseline to have the loss ${loss}, got ${baselineLoss}`);
  }
  const relaxedModels = withRelaxed ? [seedNetwork({ relaxed: true })] : [];
  const one = images.subarray(0, 784);
  const contenders = [
    {
      task: "training, batch 64",
      samples: BATCH,
      calls: [
        inTurn(batches, (batch) => model.trainOnBatch(batch.images, batch.labels)),
        inTurn(batches, (batch) => baseline.trainOnBatch(batch.images, batch.labels.data, BATCH)),
        ...relaxedModels.map((each) => inTurn(batches, (batch) => each.trainOnBatch(batch.images, batch.labels))),
      ],
    },
    {
      task: "inference, batch 64",
      samples: BATCH,
      calls: [
        () => model.predict(images, { batchSize: BATCH }),
        () => baseline.predict(images, BATCH),
        ...relaxedModels.map((each) => () => each.predict(images, { batchSize: BATCH })),
      ],
    },
    {
      task: "inference, batch 1",
      samples: 1,
      calls: [
        () => model.predict(one, { batchSize: 1 }),
        () => baseline.predict(one, 1),
        ...relaxedModels.map((each) => () => each.predict(one, { batchSize: 1 })),
      ],
    },
  ];
  const results: ModelResult[] = [];
  for (const { task, samples, calls } of contenders) {
    const [wasm, javascript, relaxed] = (await medians(calls, runs)).map(
      (milliseconds) => (samples / milliseconds) * 1e3,
    );
    results.push({ task, wasm: wasm!, javascript: javascript!, ...(relaxed && { relaxed }) });
  }
  return results;
}

/** A call that takes the next of `items` each time. */
function inTurn<T>(items: readonly T[], call: (item: T) => unknown): () => unknown {
  let next = 0;
  return () => call(items[next++ % items.length]!);
}
