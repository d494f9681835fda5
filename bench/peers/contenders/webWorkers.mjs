import Worker from "web-worker";

/**
 * Gives a library made for browsers what it looks for to run threads in Node, before it is imported: `Worker` (the package
 * web-worker), scripts from blob URLs (as data URLs, which that can load), and `navigator.hardwareConcurrency`.
 */
export function provideWebWorkers(threads) {
  const texts = new WeakMap();
  globalThis.Worker = Worker;
  globalThis.Blob = class extends Blob {
    constructor(parts, options) {
      super(parts, options);
      texts.set(this, parts.join(""));
    }
  };
  URL.createObjectURL = (blob) => `data:text/javascript;base64,${Buffer.from(texts.get(blob)).toString("base64")}`;
  Object.defineProperty(globalThis, "navigator", { value: { hardwareConcurrency: threads } });
}
