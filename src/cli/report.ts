/** An error as the one line that it is on stderr. */
export function errorLine(message: string): string {
  return `wasm-cnn: ${message.trim().replace(/\s*\n\s*/g, " ")}\n`;
}

/** Says on stderr what has gone wrong, with `DEBUG=wasm-cnn` also where. */
export function report(error: unknown): void {
  const debug = process.env.DEBUG?.split(/[\s,]+/).includes("wasm-cnn");
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(debug && error instanceof Error ? `${error.stack}\n` : errorLine(message));
}
