import { show } from "../base/check.js";
import type { BatchDataset, BatchElement } from "../data/samples.js";
import { gather, kindOfData } from "./batch.js";
import type { BatchSource } from "./batchSource.js";
import type { DataTaker } from "./dataTaker.js";
import type { checkFit, FitOptions } from "./options.js";
import { WrongShape } from "./rows.js";

type FitPasses = Pick<
  ReturnType<typeof checkFit>,
  "epochs" | "initialEpoch" | "stepsPerEpoch" | "resumeFrom" | "callbacks"
>;

/** @throws Error if there will be more than one pass and there cannot be */
export function checkPasses({ restartable }: BatchDataset, job: FitPasses): void {
  if (restartable) return;
  const { epochs, initialEpoch, stepsPerEpoch, resumeFrom, callbacks } = job;
  const isSaved = resumeFrom !== undefined || callbacks.some((callback) => callback.savesTraining);
  if (!isSaved && (epochs - initialEpoch <= 1 || stepsPerEpoch !== undefined)) return;
  const what = isSaved ? "that can go on where a checkpoint was" : "for several passes";
  throw new Error(
    `fit: expected a Dataset ${what}, got one over an iterator; give Dataset.fromGenerator a function that makes it`,
  );
}

/**
 * Each element of a Dataset is a batch.
 * @param options.steps how many are wanted
 * @param options.classWeight for targets of classes
 * @throws TypeError, RangeError if the Dataset never ends, or if the model is built by the data, and the first element does not fit
 */
export async function datasetSource(
  where: string,
  dataset: BatchDataset,
  model: DataTaker,
  options: { readonly steps: number | undefined; readonly classWeight?: FitOptions["classWeight"] },
): Promise<BatchSource> {
  const { steps, classWeight } = options;
  if (dataset.length === Infinity && steps === undefined) {
    throw new RangeError(`${where}: expected a number of steps with a Dataset that repeats for ever, got none`);
  }
  const rowsOf = async (index: number, element: BatchElement) => {
    const place = `${where}: element ${index} of the Dataset`;
    if (typeof element !== "object" || element === null || !("x" in element)) {
      throw new TypeError(`${place}: expected { x, y }, got ${show(element)}`);
    }
    const { x, y, sampleWeight } = element;
    try {
      await model.namedParts(place, x);
      return model.rows(place, x, y, { sampleWeight, classWeight });
    } catch (error) {
      if (error instanceof WrongShape && error.isSingle) error.message += "; dataset.batch(32) makes batches";
      throw error;
    }
  };
  if (!model.isBuilt) await build(where, dataset, (element) => rowsOf(0, element));
  let size: number | undefined;
  return {
    steps: dataset.length === Infinity ? undefined : dataset.length,
    begin({ pass, seed, skip, batchSize }) {
      const iterator = dataset.iterate({ pass, seed, skip });
      let index = skip;
      size = batchSize ?? size;
      return {
        async next(into) {
          const { done, value } = await iterator.next();
          if (done) return undefined;
          const rows = await rowsOf(index++, value);
          size ??= rows.count;
          return gather(rows, kindOfData(rows, size), rows.count, (i) => i, into);
        },
        close: async () => iterator.return?.(),
      };
    },
  };
}

/** The first element tells a model its input shape: in a pass of its own. */
async function build(
  where: string,
  dataset: BatchDataset,
  take: (element: BatchElement) => Promise<unknown>,
): Promise<void> {
  if (!dataset.restartable) {
    throw new Error(
      `${where}: expected a model that knows its input shape, as the Dataset is over an iterator, got none; give the first ` +
        "layer inputShape",
    );
  }
  const iterator = dataset.iterate();
  const { done, value } = await iterator.next();
  if (done) throw new Error(`${where}: expected a Dataset with elements, got none`);
  await take(value);
  await iterator.return?.();
}
