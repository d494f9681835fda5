// Networks to be read and copied: each file stands by itself.
export { efficientNetB0 } from "./efficientNetB0.js";
export { mobileNetV1 } from "./mobileNetV1.js";
export { mobileNetV2 } from "./mobileNetV2.js";
export { mobileNetV3Small } from "./mobileNetV3Small.js";
export { resNet18 } from "./resNet18.js";
export { resNet20 } from "./resNet20.js";
export { squeezeNet } from "./squeezeNet.js";
export { uNet } from "./uNet.js";
