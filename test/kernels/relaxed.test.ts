import { describe } from "vitest";
import { enableRelaxedSimd } from "../enableRelaxedSimd.js";
import { useBinaries } from "./harness.js";

// The tests of all kernels that multiply and add, once more on the relaxed binary: within the same tolerances of the reference,
// exact for integers, and a sample has the same bits wherever it lies.
useBinaries("relaxed");

describe.runIf(enableRelaxedSimd())("the relaxed binary:", async () => {
  await import("./gemm.test.js");
  await import("./conv2d.test.js");
  await import("./conv2dMaxPool.test.js");
  await import("./winograd.test.js");
  await import("./winograd4.test.js");
  await import("./winogradForms.test.js");
  await import("./batchNormalization.test.js");
  await import("./groupNormalization.test.js");
  await import("./rowNormalization.test.js");
  await import("./pooling.test.js");
  await import("./shaping.test.js");
});
