// Convolutions that few models have: with dilation, in groups. Imported when a layer asks for one.

export { recordGroupedConvolution } from "./groupedConvolution.js";
export { recordIm2colConvolution } from "./im2colConvolution.js";
