#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { packageVersion } from "./packageVersion.js";
import { folder, integer, port, threadCount } from "./parseOptions.js";
import { UsageError } from "./usageError.js";

const exitCodes = `
Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted with Ctrl-C.
Environment: NO_COLOR turns colours off, CI turns redrawing off, DEBUG=wasm-cnn shows where an error came from.`;

const trainMnistNotes = `
The test set stays whole with --limit. Images/s counts training images over the time of fit alone.
Ctrl-C stops after the current step (or after the test) and prints what was reached; a second Ctrl-C kills at once.
${exitCodes}`;

const demoNotes = `
The page is for this machine alone. Ctrl-C ends the command; that is exit code 0.
${exitCodes}`;

/** The commands and their options. Each command is loaded when it runs, so that --help and --version come at once. */
function createProgram(): Command {
  const program = new Command("wasm-cnn")
    .description("Convolutional networks that train and run in WebAssembly.")
    .version(packageVersion())
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(errorLine(text.replace(/^error: /, ""))) })
    .addHelpText("after", exitCodes);
  program
    .command("train-mnist")
    .description("train a small convolutional network on MNIST's handwritten digits and test it")
    .option("--epochs <n>", "how often to go through the training images", integer("--epochs", 1), 5)
    .option("--batch-size <n>", "images a training step", integer("--batch-size", 1), 64)
    .option("--seed <n>", "the same seed gives the same weights, bit by bit", integer("--seed", 0), 1)
    .option("--threads <n>", 'worker threads, or "auto"; 0 is the calling thread alone', threadCount, "auto")
    .option("--relaxed", "compute with relaxed SIMD: other bits on other machines")
    .option("--turbo", "let V8 fuse vector operations to 256 bits (experimental; Node 24 or newer, x64): same bits")
    .option("--data <dir>", "folder with the four IDX files of MNIST (also .gz); fetched once if not given", folder)
    .option("--limit <n>", "train on the first n training images", integer("--limit", 1))
    .option("--json", "print one JSON object on stdout at the end, and everything else on stderr")
    .option("--quiet", "no summary and no progress, only the results")
    .addHelpText("after", trainMnistNotes)
    .action(async (options) => (await import("./trainMnist.js")).trainMnist(options));
  program
    .command("demo")
    .description("serve a page on this machine in which the network trains before your eyes")
    .option("--port <n>", "port to listen on (default: 8080, or a free one if that is taken)", port)
    .option("--open", "open the page in the default browser")
    .option("--data <dir>", "folder with the four IDX files of MNIST (also .gz); fetched once if not given", folder)
    .addHelpText("after", demoNotes)
    .action(async (options) => (await import("./demo.js")).demo(options));
  program
    .command("summary")
    .description("show the network that train-mnist trains")
    .option("--line-length <n>", "width of the table in characters", integer("--line-length", 40))
    .action(async (options) => (await import("./summary.js")).summary(options));
  program
    .command("info")
    .description("show what this machine offers: engine, SIMD, threads, memory")
    .option("--json", "as one JSON object")
    .action(async (options) => (await import("./info.js")).info(options));
  return program;
}

function errorLine(message: string): string {
  return `wasm-cnn: ${message.trim().replace(/\s*\n\s*/g, " ")}\n`;
}

function report(error: unknown): void {
  if (error instanceof CommanderError) {
    // Commander has already printed its line, or the help or version that was asked for.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  const debug = process.env.DEBUG?.split(/[\s,]+/).includes("wasm-cnn");
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(debug && error instanceof Error ? `${error.stack}\n` : errorLine(message));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

/** Ends the process when its output cannot be written; quietly when the reader has gone, as in `wasm-cnn summary | head -1`. */
function exitOnFailedWrite(error: NodeJS.ErrnoException): never {
  if (error.code === "EPIPE") process.exit(0);
  report(error);
  process.exit(1);
}

process.stdout.on("error", exitOnFailedWrite);
process.stderr.on("error", exitOnFailedWrite);
await createProgram().parseAsync().catch(report);
