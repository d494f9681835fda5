import { lazyPack } from "../engine/kernels/kernels.js";

export const regressionPack = /* @__PURE__ */ lazyPack(
  async () => (await import("../engine/kernels/packs/regression.generated.js")).regression,
);
