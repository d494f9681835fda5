// What `fit`, `evaluate` and `predict` were called with becomes batches: arrays at once; what reads a Dataset is imported.

import { type BatchDataset, type Data, isDataset } from "../data/samples.js";
import { arraySource, type BatchSource } from "./batchSource.js";
import type { DataTaker } from "./dataTaker.js";
import {
  checkFit,
  checkPass,
  type EvaluateOptions,
  type FitOptions,
  OF_ARRAYS,
  splitData,
  type WeightOptions,
} from "./options.js";

/** With a Dataset there are no targets beside it. */
export function optionsOf(x: unknown, y: unknown, options: unknown = {}): unknown {
  return isDataset(x) && y !== undefined ? y : options;
}

const imported = () => import("./datasetSource.js");

/** @throws TypeError, RangeError for wrong data and options */
export function fitSources(model: DataTaker, x: Data | BatchDataset, y: unknown, options: unknown) {
  const given = optionsOf(x, y, options) as FitOptions;
  const { validationData, validationSplit, batchSize, validationBatchSize, ...job } = checkFit(
    given,
    isDataset(x) ? OF_ARRAYS : [],
  );
  const validate = () => {
    const [vx, vy, sampleWeight] = validationData as readonly [Data, Data, WeightOptions["sampleWeight"]];
    const rows = model.rows("fit.validationData", vx, vy, { sampleWeight });
    return arraySource(rows, validationBatchSize, false);
  };
  if (!isDataset(x) && !isDataset(validationData)) {
    const take = () => {
      const { train, validation } = splitData(model.rows("fit", x, y as Data, given), validationSplit, given);
      const split = validation && arraySource(validation, validationBatchSize, false);
      return {
        ...job,
        data: arraySource(train, batchSize, job.shuffle),
        validation: validationData ? validate() : split,
      };
    };
    const parts = model.namedParts("fit", x);
    return parts ? parts.then(take) : take();
  }
  return imported().then(async ({ checkPasses, datasetSource }) => {
    if (isDataset(x)) checkPasses(x, job);
    else await model.namedParts("fit", x);
    const data = isDataset(x)
      ? await datasetSource("fit", x, model, { steps: job.stepsPerEpoch, classWeight: given.classWeight })
      : arraySource(model.rows("fit", x, y as Data, given), batchSize, job.shuffle);
    const validation = isDataset(validationData)
      ? await datasetSource("fit.validationData", validationData, model, { steps: job.validationSteps })
      : validationData && validate();
    return { ...job, shuffle: job.shuffle && !isDataset(x), data, validation };
  });
}

/**
 * The data of a call that goes over it once.
 * @param y the targets; with a Dataset the options
 * @param known options beside those of PassOptions
 * @throws TypeError, RangeError for wrong data and options
 */
export function passSource(
  where: string,
  model: DataTaker,
  x: Data | BatchDataset,
  y: unknown,
  options: unknown,
  known: readonly string[] = [],
) {
  const batched = isDataset(x);
  const given = optionsOf(x, y, options) as EvaluateOptions;
  const { batchSize, ...job } = checkPass(where, given, known, batched ? OF_ARRAYS : []);
  if (batched) {
    return imported().then(async ({ datasetSource }) => ({ ...job, data: await datasetSource(where, x, model, job) }));
  }
  const { sampleWeight } = given;
  const take = () => ({
    ...job,
    data: arraySource(model.rows(where, x, y as Data, { sampleWeight }), batchSize, false),
  });
  const parts = model.namedParts(where, x);
  return parts ? parts.then(take) : take();
}

/** How many batches of these there will be, if that is known. */
export function stepsOf({ steps }: BatchSource, most = Infinity): number | undefined {
  return steps === undefined ? (most === Infinity ? undefined : most) : Math.min(steps, most);
}
