import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const script = `
  import { layers, Sequential } from "wasm-cnn";
  const model = new Sequential([layers.dense({ units: 3, inputShape: [4] })], { seed: 1 });
  console.log(await model.predict(new Float32Array(4)).then(() => "computed", ({ message }) => message));
`;

describe.runIf(process.platform === "linux" && process.arch === "x64")("under ulimit -v", () => {
  const predict = async (...options: string[]) => {
    const command = 'ulimit -v 8000000; exec "$0" "$@"';
    const args = ["-c", command, process.execPath, ...options, "--input-type=module", "--eval", script];
    return (await promisify(execFile)("bash", args)).stdout;
  };

  it("the error says what it is and what helps, and that does help", async () => {
    expect(await predict()).toMatch(
      /^memory: expected \d+\.\d MiB more for a model, got "WebAssembly\.Memory\(\): could not .*--disable-wasm-trap-handler/,
    );
    expect(await predict("--disable-wasm-trap-handler")).toBe("computed\n");
  });
});
