import { lazyPack } from "../engine/kernels.js";

export const regressionPack = /* @__PURE__ */ lazyPack(
  async () => (await import("../engine/packs/regression.generated.js")).regression,
);
