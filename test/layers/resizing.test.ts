import { describeKeras } from "./kerasOptions.js";

describeKeras("resizing");
