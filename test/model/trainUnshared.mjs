// Run as trainSmall.mjs is, on an engine that refuses memory which is shared with workers.
const { Memory } = WebAssembly;
WebAssembly.Memory = class extends Memory {
  constructor(descriptor) {
    if (descriptor.shared) throw new RangeError("refused");
    super(descriptor);
  }
};
await import("./trainSmall.mjs");
