// All initializers: `new initializers.HeNormal()`, or by name: `kernelInitializer: "heNormal"`.

export { Constant } from "./constant.js";
export { GlorotNormal } from "./glorotNormal.js";
export { GlorotUniform } from "./glorotUniform.js";
export { HeNormal } from "./heNormal.js";
export { HeUniform } from "./heUniform.js";
export { Identity } from "./identity.js";
export { defineInitializer } from "./initializer.js";
export { LecunNormal } from "./lecunNormal.js";
export { LecunUniform } from "./lecunUniform.js";
export { Ones } from "./ones.js";
export { Orthogonal } from "./orthogonal.js";
export { RandomNormal } from "./randomNormal.js";
export { RandomUniform } from "./randomUniform.js";
export { TruncatedNormal } from "./truncatedNormal.js";
export { VarianceScaling } from "./varianceScaling.js";
export { Zeros } from "./zeros.js";
