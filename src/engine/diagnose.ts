import type { BoundProgram } from "./memory/bind.js";
import type { ModelMemory } from "./memory/memory.js";
import type { Indices } from "./program/planData.js";
import type { Mark } from "./program/programData.js";
import type { Job } from "./run/control.js";
import { SLOTS } from "./run/replay.js";

/** Replays the shard phase of a job, looks at each output and gradient, and says what was the first that is not finite. */
export function findNotFinite(memory: ModelMemory, bound: BoundProgram, job: Job) {
  const { program, plan, replay, address } = bound;
  const allFinite = ({ region }: Mark, indices: Indices, samples: number) => {
    const { offset, stride, by } = address(region);
    const size = region.size * (region.perSample ? samples : 1);
    return memory.floats(offset + stride * indices[by], size).every(Number.isFinite);
  };
  const shards = Math.ceil(job.step.batchSamples / plan.shardSamples);
  for (let slot = 0; slot < SLOTS; slot++) replay.clearSlot(slot);
  for (const [stage] of plan.stages.entries()) {
    const marks = program.marks.filter((mark) => mark.stage === stage);
    const part = plan.parts.indexOf(stage);
    if (part > 0) memory.callHosts(bound, part, job.step.batchSamples);
    for (let shard = 0; shard < shards; shard++) {
      const { indices, steps } = replay.calls(job, stage, shard);
      const samples = replay.samplesOf(job, shard);
      for (let c = 0; c <= steps.length; c++) {
        const bad = marks.find((mark) => mark.calls === c && !allFinite(mark, indices, samples));
        if (bad) return bad.what;
        steps[c]?.();
      }
    }
  }
  return undefined;
}
