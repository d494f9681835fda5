import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { describe, expect, it, onTestFinished } from "vitest";
import { backendInfo, type InitOptions, init } from "wasm-cnn";
import { smallData, smallModel } from "./small.js";

const { x, y } = smallData(40);
const { resolve } = createRequire(import.meta.url);

function compile(name: string): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(resolve(`wasm-cnn/${name}`)));
}

/** Runs a task on an engine that compiles no bytes. */
async function withoutCompiler<T>(task: () => Promise<T>): Promise<T> {
  const { Module } = WebAssembly;
  WebAssembly.Module = new Proxy(Module, {
    construct() {
      throw new WebAssembly.CompileError("no bytes here");
    },
  });
  try {
    return await task();
  } finally {
    WebAssembly.Module = Module;
  }
}

async function train(): Promise<string> {
  const model = smallModel();
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", threads: 2 });
  await model.fit(x, y);
  const fingerprint = await model.fingerprint();
  model.dispose();
  return fingerprint;
}

describe("init", () => {
  it.each([
    [{ module: new Uint8Array(8) }, "init.module: expected a WebAssembly.Module, got Uint8Array of 8 bytes"],
    [{ turbo: 1 }, "init.turbo: expected true or false, got 1"],
    [{ worker: 3 }, "init.worker: expected an address or a function, got 3"],
    [{ wasm: 1 }, 'init: expected options among module, worker, turbo, got "wasm"'],
    [undefined, "init: expected an object of options, got undefined"],
  ])("refuses %j", (options, message) => {
    expect(() => init(options as unknown as InitOptions)).toThrow(new TypeError(message));
  });

  it("refuses a module that is not of this build", () => {
    const empty = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    expect(() => init({ module: empty })).toThrow(
      /^init\.module: expected kernels\.wasm or kernels\.unshared\.wasm of build [0-9a-f]{16}, got another module$/,
    );
  });

  it("takes compiled kernels, so that nothing has to be compiled", async () => {
    await withoutCompiler(async () => {
      await expect(smallModel().predict(smallData(1).x)).rejects.toThrow("no bytes here");
    });
    init({ module: compile("kernels.wasm") });
    const given = await withoutCompiler(train);
    expect(given).toMatch(/^[0-9a-f]{64}$/);
  });

  it("says which file it needs where memory is shared", async () => {
    init({ module: compile("kernels.unshared.wasm") });
    await expect(smallModel().predict(smallData(1).x)).rejects.toThrow(
      new Error("init.module: expected kernels.wasm for memory as it is here, got kernels.unshared.wasm"),
    );
    init({ module: compile("kernels.wasm") });
  });

  it("takes the worker's file, as an address or as what starts it, and goes on where there is none", async () => {
    let started = 0;
    let alive = 0;
    const listen = (worker: Worker) => {
      started++;
      alive++;
      worker.once("exit", () => alive--);
    };
    const trainAnew = async () => {
      const fingerprint = await train();
      while (alive > 0) await new Promise(setImmediate);
      return fingerprint;
    };
    process.on("worker", listen);
    onTestFinished(() => void process.off("worker", listen));
    const path = resolve("wasm-cnn/worker.js");
    const fingerprints = new Set<string>();
    const options = [path, pathToFileURL(path), String(pathToFileURL(path)), new URL("file:///nowhere.js")];
    for (const worker of options) {
      init({ worker });
      fingerprints.add(await trainAnew());
    }
    // One that is not there, then the library's own two.
    expect(started).toBe(3 * 2 + 3);
    let own = 0;
    init({
      worker: () => {
        own++;
        return new Worker(path) as never;
      },
    });
    fingerprints.add(await trainAnew());
    expect(own).toBe(2);
    expect([...fingerprints]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
  });
});

it("backendInfo says what there is", () => {
  const { threads, reason, ...others } = backendInfo();
  const turbo = { turbo: false, turboReason: others.turboReason };
  expect(others).toEqual({ simd: true, relaxed: expect.any(Boolean), isolated: true, ...turbo });
  if (threads === 0) expect(reason).toBe("threads: expected more than one core, got 1");
  else expect(reason).toBeUndefined();
});
