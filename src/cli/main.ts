#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { packageVersion } from "./packageVersion.js";
import { folder, integer, modelFile, port, recipe, threadCount } from "./parseOptions.js";
import { errorLine, report } from "./report.js";
import { UsageError } from "./usageError.js";

const exitCodes = `
Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted with Ctrl-C.
Environment: NO_COLOR turns colours off, CI turns redrawing off, DEBUG=wasm-cnn shows where an error came from.`;

const trainMnistNotes = `
Recipes (epochs and batch size unless given):
  tutorial  5 epochs, batch 64: Keras' tutorial network with RMSprop; about 99.2 % of the test images
  fast      1 epoch, batch 64: batch normalisation and a learning rate that falls to nothing; 99 % in a few seconds
  best      8 epochs, batch 64: a larger network, images turned, moved and scaled at random; some minutes

The test set stays whole with --limit. Images/s counts training images over the time of fit alone.
Ctrl-C stops after the current step (or after the test) and prints what was reached; a second Ctrl-C kills at once.
${exitCodes}`;

const demoNotes = `
The page is for this machine alone. Ctrl-C ends the command; that is exit code 0.
${exitCodes}`;

const predictNotes = `
Images of the model's own size are taken as they are. For a model of 28 x 28 grey pixels others are taken for a digit on paper:
cleaned, centred and scaled as MNIST's are. For all other models they are resized. A model that does not begin with a layer
Rescaling gets values from 0 to 1.
${exitCodes}`;

const convertNotes = `
The optimizer goes along to .keras, .h5 and model.json; the other formats have no place for it. Missing folders are made.
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
    .option("--recipe <name>", "tutorial, fast or best: the network and how it is trained", recipe, "tutorial")
    .option("--epochs <n>", "how often to go through the training images", integer("--epochs", 1))
    .option("--batch-size <n>", "images a training step", integer("--batch-size", 1))
    .option("--seed <n>", "the same seed gives the same weights, bit by bit", integer("--seed", 0), 1)
    .option("--threads <n>", 'worker threads, or "auto"; 0 is the calling thread alone', threadCount, "auto")
    .option("--relaxed", "compute with relaxed SIMD: other bits on other machines")
    .option("--turbo", "let V8 fuse vector operations to 256 bits (experimental; Node 24 or newer, x64): same bits")
    .option(
      "--data <dir>",
      "folder with the four IDX files of MNIST (also .gz); fetched once if not given",
      folder("--data"),
    )
    .option("--limit <n>", "train on the first n training images", integer("--limit", 1))
    .option(
      "--save <file>",
      "save the model at the end; its ending says the format, as for convert",
      modelFile("--save"),
    )
    .option("--checkpoint <dir>", "save checkpoints to this folder while training", folder("--checkpoint"))
    .option("--checkpoint-every <n>", "steps between two (default: an epoch)", integer("--checkpoint-every", 1))
    .option("--resume", "go on from the newest checkpoint of that folder: same weights as without a break")
    .option("--json", "print one JSON object on stdout at the end, and everything else on stderr")
    .option("--quiet", "no summary and no progress, only the results")
    .addHelpText("after", trainMnistNotes)
    .action(async (options) => (await import("./trainMnist.js")).trainMnist(options));
  program
    .command("demo")
    .description("serve a page on this machine in which the network trains before your eyes")
    .option("--port <n>", "port to listen on (default: 8080, or a free one if that is taken)", port)
    .option("--open", "open the page in the default browser")
    .option(
      "--data <dir>",
      "folder with the four IDX files of MNIST (also .gz); fetched once if not given",
      folder("--data"),
    )
    .addHelpText("after", demoNotes)
    .action(async (options) => (await import("./demo.js")).demo(options));
  program
    .command("summary")
    .description("show a model, or the network that train-mnist trains")
    .argument("[model]", "file of a model: .keras, .h5, or model.json of TensorFlow.js")
    .option("--line-length <n>", "width of the table in characters", integer("--line-length", 40))
    .action(async (model, options) => (await import("./summary.js")).summary(model, options));
  program
    .command("evaluate")
    .description("test a model on MNIST's test images")
    .argument("<model>", "file of a model: .keras, .h5, or model.json of TensorFlow.js")
    .option(
      "--data <dir>",
      "folder with the four IDX files of MNIST (also .gz); fetched once if not given",
      folder("--data"),
    )
    .option("--json", "as one JSON object")
    .action(async (model, options) => (await import("./evaluate.js")).evaluate(model, options));
  program
    .command("predict")
    .description("show what a model says to images")
    .argument("<model>", "file of a model: .keras, .h5, or model.json of TensorFlow.js")
    .argument("<images...>", "PNG or JPEG files; - is stdin")
    .option("--invert", "turn light and dark round (drawn and photographed digits: what was taken for ink and paper)")
    .option("--top <n>", "classes to show", integer("--top", 1), 3)
    .option("--json", "as one JSON array")
    .addHelpText("after", predictNotes)
    .action(async (model, images, options) => (await import("./predict.js")).predict(model, images, options));
  program
    .command("convert")
    .description(
      "write a model in another format: .keras, .h5, model.json (TensorFlow.js), .onnx, .safetensors, .weights.h5",
    )
    .argument("<from>", "file of a model")
    .argument("<to>", "file to write; its ending says the format", modelFile("convert"))
    .option("--no-compile", "leave out the optimizer and what compile was given")
    .option("--model <file>", "the model that <from> has the weights of, if it has weights alone")
    .addHelpText("after", convertNotes)
    .action(async (from, to, options) => (await import("./convert.js")).convert(from, to, options));
  program
    .command("info")
    .description("show what this machine offers: engine, SIMD, threads, memory")
    .option("--json", "as one JSON object")
    .action(async (options) => (await import("./info.js")).info(options));
  return program;
}

/** @returns the exit code that the error stands for */
function exitCodeOf(error: unknown): number {
  // Commander has already printed its line, or the help or version that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  report(error);
  return error instanceof UsageError ? 2 : 1;
}

/** Ends the process when its output cannot be written; quietly when the reader has gone, as in `wasm-cnn summary | head -1`. */
function exitOnFailedWrite(error: NodeJS.ErrnoException): never {
  if (error.code === "EPIPE") process.exit(0);
  report(error);
  process.exit(1);
}

process.stdout.on("error", exitOnFailedWrite);
process.stderr.on("error", exitOnFailedWrite);
await createProgram()
  .parseAsync()
  .catch((error: unknown) => {
    process.exitCode = exitCodeOf(error);
  });
