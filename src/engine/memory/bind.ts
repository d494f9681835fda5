import type { Kernel } from "../kernels/kernels.js";
import type { WasmMemory } from "../kernels/wasmTypes.js";
import type { Address, Bases, CallPlan, Moving, Plan, StagePlan } from "../program/planData.js";
import { AllRows, type Call, type Program, type Stage } from "../program/programData.js";
import { Region } from "../program/region.js";
import type { Control } from "../run/control.js";
import { Replay } from "../run/replay.js";
import type { ModelState } from "./state.js";

function addressOf(region: Region, bases: Bases, shardSamples: number): Address {
  const { home, offset, bytes } = region.root;
  switch (home) {
    case "state":
      return { offset, stride: 0, by: "thread" };
    case "shared":
      return { offset: bases.shared + offset, stride: 0, by: "thread" };
    case "slot":
      return { offset: bases.slots + offset, stride: bases.slotStride, by: "slot" };
    case "batch":
      return { offset: bases.batch + offset, stride: bytes * shardSamples, by: "shard" };
    case "work":
      return { offset: bases.work + offset, stride: bases.workStride, by: bases.workBy };
  }
}

/** What a program is bound to. */
interface Binding {
  readonly state: ModelState;
  readonly memory: WasmMemory;
  readonly control: Control;
  readonly kernels: Record<string, Kernel>;
}

/** A program whose regions have found their place in a memory. */
export class BoundProgram {
  /** Plain data: what the threads replay. */
  readonly plan: Plan;
  /** How the calling thread replays it. */
  readonly replay: Replay;

  constructor(
    id: number,
    readonly program: Program,
    { state: { parameters, optimizerSlots }, memory, control, kernels }: Binding,
    readonly bases: Bases,
  ) {
    const calls = (list: readonly Call[], first: number) => list.map((call) => this.#bind(call, first));
    const stage = ({ unit, calls: list }: Stage): StagePlan => ({ unit, calls: calls(list, unit === "block" ? 2 : 0) });
    this.plan = {
      id,
      training: program.training,
      shardSamples: program.shardSamples,
      prepare: program.prepare.map(stage),
      stages: program.stages.map((stage) => calls(stage, 1)),
      parts: [...new Set([0, ...program.hosts.map(({ stage }) => stage)])],
      update: program.update.map(stage),
      once: calls(program.once, 0),
      step: this.address(program.step),
      parameters: parameters.size,
      blocks: [parameters, ...optimizerSlots].map(({ offset }) => offset),
      slots: bases.slots,
      slotStride: bases.slotStride,
      flags: bases.flags,
      guards: program.guards.map((region) => this.address(region).offset),
    };
    this.replay = new Replay(this.plan, memory, control, kernels);
  }

  readonly address = (region: Region): Address => addressOf(region, this.bases, this.program.shardSamples);

  /** @param first how many leading arguments are filled in at the call */
  #bind({ kernel, args }: Call, first: number): CallPlan {
    const moving: Moving[] = [];
    const numbers = args.map((arg, i) => {
      if (arg instanceof AllRows) return this.address(arg.region).offset;
      if (!(arg instanceof Region)) return arg;
      const address = this.address(arg);
      if (address.stride !== 0) moving.push({ at: first + i, ...address });
      return address.offset;
    });
    return { kernel, args: [...new Array<number>(first).fill(0), ...numbers], moving };
  }
}
