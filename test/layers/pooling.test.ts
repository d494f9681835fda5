import { describeKeras } from "./kerasOptions.js";

describeKeras("pooling");
