import { number } from "../base/options.js";

/** The greatest 32-bit float. */
const MOST = 3.4028234663852886e38;

/** A learning rate. */
export const rate = () => number(0, MOST);

/** A number of steps that is not 0. */
export const steps = () => number(1e-30);
