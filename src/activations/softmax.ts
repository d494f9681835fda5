import { softmax as pack } from "../engine/kernels/packs/softmax.generated.js";
import type { ProgramBuilder, Recorded } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Activation } from "./activation.js";

/** f(x)[j] = e^x[j] / sum over k of e^x[k], over the last axis. */
export const softmax: Activation = {
  name: "softmax",
  record(program: ProgramBuilder, x: Region): Recorded {
    const classes = x.shape.at(-1)!;
    const rows = x.size / classes;
    const y = program.region(x.shape);
    y.logits = x;
    y.logitsOf = "softmax";
    program.call(pack, "softmaxForward", y, x, rows, classes);
    return {
      outputs: [y],
      backward([dy]) {
        const dx = program.region(x.shape);
        program.call(pack, "softmaxBackward", dx, dy!, y, rows, classes);
        return [dx];
      },
    };
  },
};
