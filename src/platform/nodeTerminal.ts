import type { ProgressOutput } from "./progressOutput.js";

/**
 * How progress is shown on `stream`: redrawn on a terminal, plain lines in a file, a pipe, a CI job's log or on a terminal
 * that cannot go back to the start of the line.
 */
export function progressOutput(
  stream: NodeJS.WriteStream = process.stdout,
  env: NodeJS.ProcessEnv = process.env,
): ProgressOutput {
  return {
    write: (text) => void stream.write(text),
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

/** Undefined where there is no terminal, or one that does not know its width. */
export function columnsOf(stream: NodeJS.WriteStream): number | undefined {
  return stream.columns > 0 ? stream.columns : undefined;
}
