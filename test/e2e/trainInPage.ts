import type * as Library from "wasm-cnn";

export interface Trained {
  readonly fingerprint: string;
  readonly threads: number;
  readonly reason: string | undefined;
  readonly backend: Library.BackendInfo;
  readonly memory: string;
}

/** Trains a small network with the library it is given. It is sent to pages as text, so it knows nothing else. */
export async function train(lib: typeof Library, threads: number | "auto", epochs = 2): Promise<Trained> {
  const { backendInfo, layers, Sequential } = lib;
  const kinds = new Set<string>();
  const { Memory } = WebAssembly;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      super(descriptor);
      kinds.add(descriptor.shared ? "shared" : "unshared");
    }
  };
  const count = 400;
  const x = Float32Array.from({ length: count * 196 }, (_, i) => ((i * i) % 1009) / 1009);
  const y = Float32Array.from({ length: count * 3 }, (_, i) => (i % 3 === Math.floor(i / 3) % 3 ? 1 : 0));
  const model = new Sequential(
    [
      layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu", inputShape: [14, 14, 1] }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 16, kernelSize: 3, activation: "relu" }),
      layers.flatten(),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { seed: 7 },
  );
  model.compile({ optimizer: "rmsprop", loss: "categoricalCrossentropy", threads });
  await model.fit({ data: x, shape: [count, 14, 14, 1] }, { data: y, shape: [count, 3] }, { epochs, batchSize: 64 });
  const { threads: running, reason } = model.backendInfo();
  const fingerprint = await model.fingerprint();
  model.dispose();
  WebAssembly.Memory = Memory;
  return { fingerprint, threads: running, reason, backend: backendInfo(), memory: [...kinds].join() };
}
