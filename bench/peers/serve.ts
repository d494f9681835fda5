import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { PeerNetwork } from "./peerNetworks.js";

/** What a contender is asked to get ready for. */
export interface Setup {
  readonly network: PeerNetwork;
  readonly training: boolean;
  readonly batchSize: number;
  /** How many batches to load: a few to measure memory, many to train on. */
  readonly batches: number;
  readonly threads: number;
  /** Where `writeWorkload` has put the network's weights, data and models in others' formats. */
  readonly folder: string;
}

/** A contender that is ready. A step is one batch: for training its loss before the update, else its outputs. */
export interface Contender {
  readonly note?: string;
  step(batch: number): Promise<number | ArrayLike<number>> | number | ArrayLike<number>;
}

/** Weights in Keras' order and layout, and batches of images. */
export interface Workload {
  readonly weights: readonly { readonly shape: readonly number[]; readonly data: Float32Array }[];
  readonly batchSize: number;
  /** (height, width, channels) */
  readonly inputShape: readonly number[];
  readonly classes: number;
  readonly images: readonly Uint8Array[];
  /** The class of each image. */
  readonly labels: readonly Uint8Array[];
}

export const STEPS_OF_CHECK = 3;

export function readWorkload({ training, batchSize, batches, folder }: Setup): Workload {
  const images = readFileSync(join(folder, "images"));
  const labels = readFileSync(join(folder, "labels"));
  const bytes = readFileSync(join(folder, training ? "initialWeights" : "trainedWeights"));
  const shapes: Shapes = JSON.parse(readFileSync(join(folder, "shapes.json"), "utf8"));
  const pixels = sizeOf(shapes.input);
  let offset = bytes.byteOffset;
  const weights = shapes.weights.map((shape) => {
    const size = sizeOf(shape);
    const data = new Float32Array(bytes.buffer.slice(offset, offset + size * 4) as ArrayBuffer);
    offset += size * 4;
    return { shape, data };
  });
  const sizes = Array.from({ length: batches }, (_, i) => [i * batchSize, (i + 1) * batchSize] as const);
  return {
    weights,
    batchSize,
    inputShape: shapes.input,
    classes: shapes.classes,
    images: sizes.map(([first, last]) => new Uint8Array(images.subarray(first * pixels, last * pixels))),
    labels: sizes.map(([first, last]) => new Uint8Array(labels.subarray(first, last))),
  };
}

/** What `shapes.json` holds. */
export interface Shapes {
  readonly input: readonly number[];
  readonly classes: number;
  readonly weights: readonly (readonly number[])[];
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** Images as most peers want them: floats from 0 to 1. */
export function toFloats(images: Uint8Array): Float32Array {
  return Float32Array.from(images, (value) => value / 255);
}

/** One-hot rows. */
export function toOneHot(labels: Uint8Array, classes: number): Float32Array {
  const rows = new Float32Array(labels.length * classes);
  for (const [n, label] of labels.entries()) rows[n * classes + label] = 1;
  return rows;
}

/**
 * Answers the driver: a JSON object a line on stdin, one back on stdout. `start` (with a Setup), `check` (losses of the
 * first steps, or outputs of the first batch), `warmup` (for so many milliseconds; gives steps a second), `time` (so many
 * steps; gives seconds), `memory` (peak bytes of this process). What the library itself prints goes to stderr.
 */
export async function serve(create: (setup: Setup) => Promise<Contender>): Promise<void> {
  console.log = console.info = console.warn = console.error;
  let setup: Setup;
  let contender: Contender;
  let next = 0;
  const step = () => contender.step(next++ % setup.batches);

  const answers: Record<string, (request: { milliseconds: number; steps: number } & Setup) => Promise<object>> = {
    async start(request) {
      setup = request;
      contender = await create(setup);
      return { note: contender.note };
    },
    async check() {
      const values: number[] = [];
      for (let i = 0; i < (setup.training ? STEPS_OF_CHECK : 1); i++) {
        const result = await step();
        values.push(...(typeof result === "number" ? [result] : Array.from(result)));
      }
      return { values };
    },
    async warmup({ milliseconds }) {
      const begin = performance.now();
      const middle = begin + milliseconds / 2;
      const end = begin + milliseconds;
      // Only the second half counts, but for a step so slow that there is only one.
      let counted = { since: begin, steps: 0 };
      do {
        if (counted.since === begin && performance.now() > middle && counted.steps > 0) {
          counted = { since: performance.now(), steps: 0 };
        }
        await step();
        counted.steps++;
      } while (performance.now() < end);
      return { rate: (counted.steps * 1e3) / (performance.now() - counted.since) };
    },
    async time({ steps }) {
      const begin = performance.now();
      for (let i = 0; i < steps; i++) await step();
      return { seconds: (performance.now() - begin) / 1e3 };
    },
    async memory() {
      return { peakRss: process.resourceUsage().maxRSS * 1024 };
    },
  };

  for await (const line of createInterface({ input: process.stdin })) {
    let answer: object;
    try {
      const request = JSON.parse(line);
      answer = await answers[request.op]!(request);
    } catch (error) {
      const message = error instanceof Error ? error.message : JSON.stringify(error);
      answer = { error: message.trim() };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  // Peers' worker threads must not keep the process alive.
  process.exit(0);
}
