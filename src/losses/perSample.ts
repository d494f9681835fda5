import type { ProgramBuilder } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";

/** Gives the rows of all samples of a batch region. */
type RowsOf = (region: Region) => Float32Array;

/** What is called for each sample in turn; `yTrue` and `yPred` are copies. */
type Visit = (yTrue: Float32Array, yPred: Float32Array, weight: number, index: number) => void;

/**
 * Records JavaScript that sees each sample's target and output, on the calling thread while all shards wait.
 * @param begin called for each batch, with its number of samples
 */
export function recordPerSample(
  program: ProgramBuilder,
  output: Region,
  target: Region,
  weights: Region | 0,
  begin: (rows: RowsOf, samples: number) => Visit,
): void {
  program.keep(output);
  program.callHost((rows, samples) => {
    const visit = begin(rows, samples);
    // Copies: nothing that a function does to them may reach the model's memory.
    const [y, t] = [rows(output).slice(), rows(target).slice()];
    const given = weights === 0 ? undefined : rows(weights);
    const part = (all: Float32Array, { size }: Region, i: number) => all.subarray(i * size, (i + 1) * size);
    for (let i = 0; i < samples; i++) visit(part(t, target, i), part(y, output, i), given?.[i] ?? 1, i);
  });
}
