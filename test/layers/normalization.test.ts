import { describeKeras } from "./kerasOptions.js";

describeKeras("normalization");
describeKeras("normalizationAxes");
