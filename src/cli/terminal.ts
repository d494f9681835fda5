import type { ProgressOutput } from "./progress.js";

/**
 * How progress is shown on `stream`: redrawn on a terminal, plain lines in a file, a pipe, a CI job's log or on a terminal
 * that cannot go back to the start of the line.
 */
export function progressOutput(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): ProgressOutput {
  return {
    write: (text) => stream.write(text),
    redraw: stream.isTTY === true && env.TERM !== "dumb" && !isSet(env.CI),
    color: !env.NO_COLOR,
    get columns() {
      return columnsOf(stream);
    },
  };
}

function isSet(variable: string | undefined): boolean {
  return variable !== undefined && !["", "0", "false"].includes(variable);
}

/** The width of the summary's table, as Keras chooses it: 88 characters, or what fits on a narrower terminal, at least 40. */
export function summaryWidth(stream: NodeJS.WriteStream): number {
  return Math.max(40, Math.min(88, (columnsOf(stream) ?? 92) - 4));
}

/** Undefined where there is no terminal, or one that does not know its width. */
function columnsOf(stream: NodeJS.WriteStream): number | undefined {
  return stream.columns > 0 ? stream.columns : undefined;
}
