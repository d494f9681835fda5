import { lazyPack } from "../engine/kernels/kernels.js";

export const accuracyPack = /* @__PURE__ */ lazyPack(
  async () => (await import("../engine/kernels/packs/accuracy.generated.js")).accuracy,
);
