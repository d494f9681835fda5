import { Engine } from "../engine/engine.js";
import { loadPacks } from "../engine/kernels/kernels.js";
import { core } from "../engine/kernels/packs/core.generated.js";
import type { BoundProgram } from "../engine/memory/bind.js";
import { ModelState } from "../engine/memory/state.js";
import { ProgramBuilder, type Recorded } from "../engine/program/program.js";
import type { DType, Region } from "../engine/program/region.js";
import type { Shape } from "../engine/program/shape.js";
import type { Loss } from "../losses/loss.js";
import type { Subject } from "./subject.js";

export interface TrialOptions {
  /** Per sample. */
  readonly shapes: readonly Shape[];
  /** Default: f32, all of them. */
  readonly dtypes?: readonly DType[];
  readonly samples: number;
  /** Samples in a shard. Default: all. */
  readonly shardSamples?: number | undefined;
  /** Whether the outputs are given gradients, so that there is a backward pass. Default true. */
  readonly backward?: boolean;
  /** Whether the program is one of training. Default true. */
  readonly training?: boolean;
  /** Whether the inputs want gradients, as after a trained layer. Default true. */
  readonly wantsGradient?: boolean;
  /** Worker threads. Default 0. */
  readonly threads?: number;
  /** Of each output, from which the backward pass starts then. Default: it starts from given gradients of the outputs. */
  readonly losses?: readonly Loss[] | undefined;
}

/** What goes into a step. */
export interface TrialData {
  readonly inputs: readonly ArrayLike<number>[];
  /** Gradients of the outputs. */
  readonly upstream?: readonly ArrayLike<number>[];
  /** Of the losses, if there are any. */
  readonly targets?: readonly ArrayLike<number>[];
  readonly weights: readonly ArrayLike<number>[];
  readonly seed: number;
  /** Training steps done before. Default 0. */
  readonly iterations?: number;
}

/** One training step of a layer or a model alone: forward pass, backward pass from given gradients, update phase without an optimizer. */
export class Trial {
  readonly #engine: Engine;
  readonly #bound: BoundProgram;

  private constructor(
    readonly subject: Subject,
    readonly samples: number,
    engine: Engine,
    bound: BoundProgram,
    readonly inputs: readonly Region[],
    readonly outputs: readonly Region[],
    readonly upstream: readonly Region[],
    /** Of the losses. */
    readonly targets: readonly Region[],
    /** What the losses are: one number a sample each, whose mean counts. */
    readonly lossValues: readonly Region[],
    /** Of the inputs; undefined where there is none. */
    readonly gradients: readonly (Region | undefined)[],
    /** What is added to the loss: one number a sample each, whose mean counts. */
    readonly penalties: readonly Region[],
    /** Likewise one number each for the whole step. */
    readonly weightPenalties: readonly Region[],
  ) {
    this.#engine = engine;
    this.#bound = bound;
  }

  static async create(subject: Subject, options: TrialOptions): Promise<Trial> {
    const { shapes, dtypes = [], samples, shardSamples = samples } = options;
    const { backward = true, training = true, wantsGradient = true, threads = 0, losses } = options;
    await subject.load();
    const engine = new Engine(new ModelState(subject.weights, 0), { threads });
    const program = new ProgramBuilder(training, shardSamples);
    const inputs = shapes.map((shape, i) => {
      const input = program.batchRegion(shape, dtypes[i]);
      input.wantsGradient = wantsGradient;
      return input;
    });
    const probes = inputs.map(() => makeProbe());
    const outputs = subject.record(
      program,
      inputs.map((input, i) => probed(program, probes[i]!, input)),
    );
    for (const output of outputs) program.keep(output);
    const weightPenalties = subject.weights.flatMap(
      (weight, i) => subject.regularizers[i]?.record(program, weight) ?? [],
    );
    const upstream = backward && !losses ? outputs.map(({ shape }) => program.batchRegion(shape)) : [];
    const { targets, lossValues, starts } = recordLosses(program, outputs, losses ?? []);
    if (backward) {
      const ends = losses
        ? starts.map((start) => start())
        : outputs.map((output, i) => [output, upstream[i]!] as const);
      program.backward(...ends);
      for (const [i, weight] of subject.weights.entries()) {
        if (weight.trainable) subject.regularizers[i]?.recordGradient(program, weight);
      }
    }
    const gradients = probes.map(({ gradient }) => gradient);
    for (const gradient of gradients) if (gradient) program.keep(gradient);
    const finished = program.finish();
    await loadPacks(finished.packs);
    const bound = engine.bind(finished, samples);
    const { penalties } = program;
    return new Trial(
      ...([subject, samples, engine, bound] as const),
      ...([inputs, outputs, upstream, targets, lossValues, gradients, penalties, weightPenalties] as const),
    );
  }

  /** Runs the step from these weights. */
  async run({ inputs, upstream = [], targets = [], weights, seed, iterations = 0 }: TrialData): Promise<void> {
    this.setWeights(weights);
    const fill = (regions: readonly Region[], data: readonly ArrayLike<number>[]) => {
      for (const [i, region] of regions.entries()) this.#engine.rows(this.#bound, region, this.samples).set(data[i]!);
    };
    fill(this.inputs, inputs);
    fill(this.upstream, upstream);
    fill(this.targets, targets);
    await this.#engine.run(this.#bound, { iterations, learningRate: 0, batchSamples: this.samples, seed });
  }

  setWeights(weights: readonly ArrayLike<number>[]): void {
    for (const [i, weight] of this.subject.weights.entries()) {
      this.#engine.write(weight, Float32Array.from(weights[i]!));
    }
  }

  /** A copy of the rows of a batch region. */
  read(region: Region, rows = this.samples): Float32Array {
    return Float32Array.from(this.#engine.rows(this.#bound, region, rows));
  }

  /** The gradient of each weight, empty for those that are not trained. */
  weightGradients(): Float32Array[] {
    return this.subject.weights.map((weight) =>
      weight.trainable ? this.read(weight.gradient, 1) : new Float32Array(0),
    );
  }

  /** The weights after the step; no optimizer has changed them. */
  weights(): Float32Array[] {
    return this.subject.weights.map((weight) => this.#engine.read(weight));
  }

  dispose(): Promise<void> {
    return this.#engine.dispose();
  }
}

/** Records the loss of each output; gives what records where the backward pass starts. @throws RangeError unless there is one an output */
function recordLosses(program: ProgramBuilder, outputs: readonly Region[], losses: readonly Loss[]) {
  if (losses.length > 0 && losses.length !== outputs.length) {
    throw new RangeError(`gradcheck.loss: expected ${outputs.length}, one an output, got ${losses.length}`);
  }
  const targets: Region[] = [];
  const recorded = losses.map((loss, i) => {
    const target = program.batchRegion(loss.targetShape(outputs[i]!.shape));
    target.wantsGradient = false;
    targets.push(target);
    return loss.record(program, outputs[i]!, target, 0);
  });
  const starts = recorded.map((loss) => () => {
    const { region, gradient } = loss.backward();
    return [region, gradient] as const;
  });
  return { targets, lossValues: recorded.map(({ values }) => values), starts };
}

/** Catches the gradient of an input. */
function makeProbe() {
  return {
    name: "probe",
    gradient: undefined as Region | undefined,
    record(_program: ProgramBuilder, [x]: readonly Region[]): Recorded {
      const backward = ([dx]: readonly (Region | undefined)[]) => {
        this.gradient = dx;
        return [undefined];
      };
      return { outputs: [x!.view(x!.shape)], backward };
    },
  };
}

/** An input after a probe, which catches its gradient. Bytes are converted and have no gradient. */
function probed(program: ProgramBuilder, probe: ReturnType<typeof makeProbe>, input: Region): Region {
  let x = input;
  if (input.dtype === "u8") {
    x = program.region(input.shape);
    x.wantsGradient = false;
    program.call(core, "convertU8", x, input, x.size);
  }
  return program.apply(probe, [x], [])[0]!;
}
