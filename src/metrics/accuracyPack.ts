import { lazyPack } from "../engine/kernels.js";

export const accuracyPack = /* @__PURE__ */ lazyPack(
  async () => (await import("../engine/packs/accuracy.generated.js")).accuracy,
);
