import { describeKeras } from "./kerasOptions.js";

describeKeras("normalization");
