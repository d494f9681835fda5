import type { PeerNetwork } from "./peerNetworks.js";
import type { Setup } from "./serve.js";

/** What is measured: one network, trained or run, in batches of one size. */
export interface TaskSpec {
  readonly title: string;
  readonly network: PeerNetwork;
  readonly training: boolean;
  readonly batchSize: number;
  /** Of `--threads`, where the task has none of its own. */
  readonly threads?: number;
  /**
   * Different batches that are timed. When training, enough that it goes on learning: on one batch alone its gradients would
   * soon be subnormal numbers, and slow.
   */
  readonly batches: number;
}

const inference = { training: false } as const;
const training = { training: true } as const;

const seed = { network: "seed", batches: 512 } as const;

export const TASKS = {
  train: { ...training, ...seed, title: "training, batch 64", batchSize: 64 },
  infer64: { ...inference, ...seed, title: "inference, batch 64", batchSize: 64 },
  infer1: { ...inference, ...seed, title: "inference, batch 1", batchSize: 1 },
  "mobilenetv2-infer1": {
    ...{ ...inference, title: "MobileNetV2 1.0, 224 x 224 x 3, inference, batch 1, one thread" },
    ...{ network: "mobilenetv2", batchSize: 1, threads: 1, batches: 16 },
  },
  "mobilenetv2-infer16": {
    ...{ ...inference, title: "MobileNetV2 1.0, 224 x 224 x 3, inference, batch 16" },
    ...{ network: "mobilenetv2", batchSize: 16, batches: 4 },
  },
  "resnet20-infer64": {
    ...{ ...inference, title: "ResNet-20, 32 x 32 x 3, inference, batch 64" },
    ...{ network: "resnet20", batchSize: 64, batches: 16 },
  },
  "mobilenetv2-0.35-train": {
    ...{ ...training, title: "MobileNetV2 0.35, 96 x 96 x 3, training, batch 32" },
    ...{ network: "mobilenetv2-0.35", batchSize: 32, batches: 16 },
  },
  "resnet20-train": {
    ...{ ...training, title: "ResNet-20, 32 x 32 x 3, training, batch 32" },
    ...{ network: "resnet20", batchSize: 32, batches: 64 },
  },
} as const satisfies Record<string, TaskSpec>;

export type Task = keyof typeof TASKS;

export const taskNames = Object.keys(TASKS) as readonly Task[];

/** What a contender has to know of a task. @param folder where `writeWorkload` has put the networks' files */
export function setupOf(task: Task, threads: number, folder: string, batches = TASKS[task].batches): Setup {
  const spec: TaskSpec = TASKS[task];
  const { network, training, batchSize } = spec;
  return { network, training, batchSize, batches, threads: spec.threads ?? threads, folder: `${folder}/${network}` };
}
