import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

interface Command {
  readonly command: string;
  readonly args: readonly string[];
  /** Variables that it gets besides ours. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A contender's process. It is asked one thing at a time, a JSON object a line each way. */
export class ChildProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #answers: AsyncIterator<string>;
  #stderr = "";

  constructor({ command, args, environment = {} }: Command) {
    this.#child = spawn(command, args, { env: { ...fairEnvironment(), ...environment } });
    this.#child.stderr.on("data", (chunk) => {
      this.#stderr = (this.#stderr + chunk).slice(-4000);
    });
    // A process that cannot be started, or has ended, shows in its answers' end.
    this.#child.on("error", (error) => {
      this.#stderr += error.message;
    });
    this.#child.stdin.on("error", () => {});
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** @throws Error with the contender's own message, if that fails or dies */
  async ask<Answer>(request: object): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(lastError(this.#stderr) ?? "it ended without an answer");
    const answer = JSON.parse(value);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined) return;
    const ended = once(this.#child, "exit");
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 2000);
    await ended;
    clearTimeout(timer);
  }
}

/** The line of a stack trace that names the error: `ModuleNotFoundError: ...`, or else the last one. */
export function lastError(stderr: string): string | undefined {
  const lines = stderr.trim().split("\n").filter(Boolean);
  return (lines.findLast((line) => /^\w*(Error|Exception|Exit)\b.*:/.test(line)) ?? lines.at(-1))?.trim();
}

/** glibc must not give memory back between steps, and OpenBLAS must choose for the machine itself. */
function fairEnvironment(): NodeJS.ProcessEnv {
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...rest } = process.env;
  return {
    ...rest,
    MALLOC_MMAP_THRESHOLD_: String(32 << 20),
    MALLOC_TRIM_THRESHOLD_: String(2 ** 31 - 1),
    MALLOC_TOP_PAD_: String(64 << 20),
    PYTHONDONTWRITEBYTECODE: "1",
  };
}
