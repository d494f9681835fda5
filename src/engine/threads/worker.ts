// A worker thread: it gets the compiled kernels, the memory and the programs by message, then sleeps on the control block and
// replays its part of each job. It has no state of its own.

import { threadPort } from "#platform";
import { instantiate } from "../kernels/instantiate.js";
import { buildId } from "../kernels/packs/build.generated.js";
import type { WasmMemory, WasmModule } from "../kernels/wasmTypes.js";
import type { Plan } from "../program/planData.js";
import { Control } from "../run/control.js";
import { Replay } from "../run/replay.js";

/** What a worker is told between two jobs; what is left out stays as it was. */
export interface Assignment {
  readonly memory?: { readonly memory: WasmMemory; readonly modules: readonly WasmModule[] };
  /** New ones, or ones that have moved. */
  readonly plans: readonly Plan[];
  /** Number of this assignment. */
  readonly number: number;
  readonly thread: number;
  /** Number of the last job before it. */
  readonly last: number;
  /** Whether to post a message after each job, to a coordinator that cannot wait for the control block. */
  readonly report: boolean;
}

/** What a worker says: the build it belongs to, when it is there, and then the numbers of jobs that are over. */
export type Answer = { readonly build: string } | { readonly over: number };

interface WorkerState {
  readonly memory: WasmMemory;
  readonly kernels: ReturnType<typeof instantiate>;
  readonly control: Control;
  readonly replays: Map<number, Replay>;
}

const port = threadPort();
let state: WorkerState | undefined;

/** Replays this thread's part of each job, until there is another assignment. */
function run({ memory, plans, number, thread, last, report }: Assignment): void {
  if (memory) {
    const kernels = instantiate(memory.modules, memory.memory);
    state = { memory: memory.memory, kernels, control: new Control(memory.memory), replays: new Map() };
  }
  const { control, kernels, replays } = state!;
  for (const plan of plans) replays.set(plan.id, new Replay(plan, state!.memory, control, kernels));
  for (let seen = last; ; ) {
    control.sleep(seen);
    if (control.assignments !== number) return;
    seen = control.number;
    const job = control.job;
    for (const _ of replays.get(job.program)!.run(job, thread)) {
      // A worker need not pause.
    }
    if (report) port!.post({ over: seen } satisfies Answer);
  }
}

port?.onMessage((assignment) => run(assignment as Assignment));
port?.post({ build: buildId } satisfies Answer);
