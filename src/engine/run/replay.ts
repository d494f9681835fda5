// What a thread needs to replay a program. Nothing here is imported but the control block and the step block: this is what
// a worker consists of.

import type { Kernel } from "../kernels/kernels.js";
import type { WasmMemory } from "../kernels/wasmTypes.js";
import type { CallPlan, Indices, Moving, Plan, StagePlan } from "../program/planData.js";
import { writeStep } from "../program/step.js";
import { type Control, type Job, OUTCOME } from "./control.js";

/** Gradient slots. Changes bits: the order in which the shards' gradients are summed. */
export const SLOTS = 8;
/** Parameters that the reduce and update phases take at a time. Fixed, so that sums over blocks never depend on the threads. */
export const BLOCK = 4096;

/** On a block of parameters: a copy of it has been kept, the block itself may have changed. */
const BACKED_UP = 1;

class BoundCall {
  readonly #kernel: Kernel;
  readonly #args: number[];
  readonly #moving: readonly Moving[];

  constructor({ kernel, args, moving }: CallPlan, kernels: Record<string, Kernel>) {
    if (!kernels[kernel]) throw new Error(`program: expected a kernel, got "${kernel}"`);
    this.#kernel = kernels[kernel];
    this.#args = [...args];
    this.#moving = moving;
  }

  /** @param leading0 and leading1: the arguments that come first, where the call has such */
  run(indices: Indices, leading0?: number, leading1?: number): void {
    const args = this.#args;
    if (leading0 !== undefined) args[0] = leading0;
    if (leading1 !== undefined) args[1] = leading1;
    for (const { at, offset, stride, by } of this.#moving) args[at] = offset + stride * indices[by];
    this.#kernel(...args);
  }
}

interface BoundStage {
  readonly unit: StagePlan["unit"];
  readonly calls: readonly BoundCall[];
}

/** A bound program over one memory, as one of its threads replays it. */
export class Replay {
  readonly #memory: WasmMemory;
  readonly #control: Control;
  readonly #kernels: Record<string, Kernel>;
  readonly #prepare: readonly BoundStage[];
  readonly #stages: readonly (readonly BoundCall[])[];
  readonly #update: readonly BoundStage[];
  readonly #once: readonly BoundCall[];

  constructor(
    readonly plan: Plan,
    memory: WasmMemory,
    control: Control,
    kernels: Record<string, Kernel>,
  ) {
    const bound = (calls: readonly CallPlan[]) => calls.map((call) => new BoundCall(call, kernels));
    this.#memory = memory;
    this.#control = control;
    this.#kernels = kernels;
    const boundStage = ({ unit, calls }: StagePlan): BoundStage => ({ unit, calls: bound(calls) });
    this.#prepare = plan.prepare.map(boundStage);
    this.#stages = plan.stages.map(bound);
    this.#update = plan.update.map(boundStage);
    this.#once = bound(plan.once);
  }

  /**
   * One job as thread number `thread`; all threads of the job run this, side by side. Pauses after every kernel call, so
   * that the calling thread can let its event loop run.
   */
  *run(job: Job, thread: number): Generator<void, void> {
    const { plan } = this;
    const control = this.#control;
    if (job.prepare) {
      const indices = { shard: 0, slot: 0, thread };
      for (const stage of this.#prepare) {
        yield* this.#runStage(stage, indices);
        control.barrier();
      }
    }
    const shards = Math.ceil(job.step.batchSamples / plan.shardSamples);
    // A gradient slot's shards are run in order, by one thread.
    const lanes = plan.training ? Math.min(shards, SLOTS) : shards;
    const { parts } = plan;
    const isLastPart = job.part === parts.length - 1;
    const end = isLastPart ? this.#stages.length : parts[job.part + 1]!;
    for (let stage = parts[job.part]!; stage < end; stage++) {
      for (let lane = control.take(); lane < lanes; lane = control.take()) {
        if (plan.training && stage === 0) this.clearSlot(lane);
        for (let shard = lane; shard < shards && !control.aborted; shard += lanes) {
          yield* this.#shard(job, stage, shard, thread);
        }
      }
      const isEnd = stage === end - 1 && !(plan.training && isLastPart);
      const cameLast = control.barrier(() => {
        if (!isEnd) return;
        const ended = isLastPart ? OUTCOME.completed : OUTCOME.paused;
        control.outcome = control.aborted ? OUTCOME.interrupted : ended;
      });
      if (isEnd && cameLast) control.finish();
    }
    if (plan.training && isLastPart) yield* this.#learn(job, lanes, thread);
  }

  *#shard(job: Job, stage: number, shard: number, thread: number): Generator<void, void> {
    const indices = this.enter(job, shard, thread);
    const samples = this.samplesOf(job, shard);
    for (const call of this.#stages[stage]!) {
      call.run(indices, samples);
      yield;
    }
    if (stage === 0) this.#control.count(thread);
  }

  /** The reduce and update phases: sums `slots` gradient slots and, if all is finite, lets the optimizer change the weights. */
  *#learn(job: Job, slots: number, thread: number): Generator<void, void> {
    const { plan } = this;
    const control = this.#control;
    for (let block = control.take(); block < this.#blocks; block = control.take()) {
      this.#kernels.reduceSlots!(...this.#range(block), plan.slots, plan.slotStride, slots, plan.flags + 4 * block);
      yield;
    }
    control.barrier(() => this.#judge(job));
    if (control.outcome === OUTCOME.completed) {
      const indices = this.enter(job, 0, thread);
      // Calls before the first stage over blocks change gradients alone; from there on weights may change.
      const backup = this.#update.findIndex(({ unit }) => unit === "block");
      for (const [i, stage] of this.#update.entries()) {
        if (i > 0) control.barrier();
        yield* this.#runStage(stage, indices, i === backup);
      }
    }
    if (control.barrier()) control.finish();
  }

  /** A thread's share of a stage. @param backup whether each block is copied before it may change */
  *#runStage({ unit, calls }: BoundStage, indices: Indices, backup = false): Generator<void, void> {
    const control = this.#control;
    const count = unit === "call" ? calls.length : this.#blocks;
    for (let i = control.take(); i < count; i = control.take()) {
      if (unit === "call") calls[i]!.run(indices);
      else {
        const [begin, end] = this.#range(i);
        if (backup) this.#keep(i, begin, end);
        for (const call of calls) call.run(indices, begin, end);
      }
      yield;
    }
  }

  get #blocks(): number {
    return Math.ceil(this.plan.parameters / BLOCK);
  }

  #range(block: number): readonly [begin: number, end: number] {
    return [block * BLOCK, Math.min((block + 1) * BLOCK, this.plan.parameters)];
  }

  /** Whether the step counts: decided by one thread for all, after the last number that decides it. */
  #judge({ step }: Job): void {
    const { flags, guards, parameters } = this.plan;
    const control = this.#control;
    const finite =
      this.#floats(flags, Math.ceil(parameters / BLOCK)).every((flag) => flag === 0) &&
      guards.every((guard) => this.#floats(guard, step.batchSamples).every(Number.isFinite));
    control.outcome = control.aborted ? OUTCOME.interrupted : finite ? OUTCOME.completed : OUTCOME.notFinite;
  }

  /** Copies a block of weights and optimizer slots into gradient slots, which are used up by now (but the first). */
  #keep(block: number, begin: number, end: number): void {
    for (const [from, to] of this.#copies()) this.#kernels.reduceCopy!(to + 4 * begin, from + 4 * begin, end - begin);
    Atomics.store(this.#flags(), block, BACKED_UP);
  }

  /** One word for each block: what `reduceSlots` has written, then BACKED_UP once the block may change. */
  #flags(): Int32Array {
    return new Int32Array(this.#memory.buffer, this.plan.flags, Math.ceil(this.plan.parameters / BLOCK));
  }

  /** Takes an update back that was cut off in the middle: puts the blocks back that have been kept. */
  undo(): void {
    if (this.#control.outcome !== OUTCOME.completed) return;
    for (const [block, flag] of this.#flags().entries()) {
      if (flag !== BACKED_UP) continue;
      const begin = block * BLOCK;
      const count = Math.min(BLOCK, this.plan.parameters - begin);
      for (const [to, from] of this.#copies()) this.#kernels.reduceCopy!(to + 4 * begin, from + 4 * begin, count);
    }
  }

  /** A copy of parameters as they were before the step that other threads may be at just now. */
  before(address: number, count: number): Float32Array {
    const numbers = this.#floats(address, count).slice();
    const [[original, copy]] = this.#copies() as [readonly [number, number]];
    const first = (address - original) / 4;
    // Looked at after the numbers have been read: a block without its flag had not changed by then. (`or` and not `load`,
    // as no read from above may move past it.)
    if (this.#control.outcome !== OUTCOME.completed) return numbers;
    const flags = this.#flags();
    for (let i = 0; i < count; ) {
      const block = Math.floor((first + i) / BLOCK);
      const end = Math.min(count, (block + 1) * BLOCK - first);
      if (Atomics.or(flags, block, 0) === BACKED_UP) {
        numbers.set(this.#floats(copy + 4 * (first + i), end - i), i);
      }
      i = end;
    }
    return numbers;
  }

  /** Where the blocks lie and where they are kept. */
  #copies(): readonly (readonly [original: number, copy: number])[] {
    const { blocks, slots, slotStride } = this.plan;
    return blocks.map((address, i) => [address, slots + (1 + i) * slotStride] as const);
  }

  #floats(address: number, count: number): Float32Array {
    return new Float32Array(this.#memory.buffer, address, count);
  }

  /** What runs once after a step that counts, on one thread. */
  once(job: Job): void {
    const indices = this.enter(job, 0, 0);
    for (const call of this.#once) call.run(indices);
  }

  /** The calls of a stage on one shard, one at a time: to look at what each has written. */
  calls(job: Job, stage: number, shard: number): { readonly indices: Indices; readonly steps: (() => void)[] } {
    const indices = this.enter(job, shard, 0);
    const samples = this.samplesOf(job, shard);
    return { indices, steps: this.#stages[stage]!.map((call) => () => call.run(indices, samples)) };
  }

  samplesOf({ step }: Job, shard: number): number {
    return Math.min(this.plan.shardSamples, step.batchSamples - shard * this.plan.shardSamples);
  }

  /** Writes the step block of a shard. */
  enter({ step }: Job, shard: number, thread: number): Indices {
    const indices = { shard, slot: shard % SLOTS, thread };
    const { offset, stride, by } = this.plan.step;
    const firstSample = shard * this.plan.shardSamples;
    writeStep(this.#memory, offset + stride * indices[by], { ...step, firstSample });
    return indices;
  }

  clearSlot(slot: number): void {
    const { slots, slotStride } = this.plan;
    this.#kernels.reduceClear!(slots + slot * slotStride, slotStride / 4);
  }
}
