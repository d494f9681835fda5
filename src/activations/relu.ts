import { relu as pack } from "../engine/kernels/packs/relu.generated.js";
import type { ProgramBuilder, Recorded } from "../engine/program/program.js";
import type { Region } from "../engine/program/region.js";
import type { Activation } from "./activation.js";

/** f(x) = max(x, 0) */
export const relu: Activation = {
  name: "relu",
  bounds: [0, Number.POSITIVE_INFINITY],
  record(program: ProgramBuilder, x: Region): Recorded {
    const y = program.region(x.shape);
    program.call(pack, "reluForward", y, x, x.size);
    return {
      outputs: [y],
      backward([dy]) {
        const dx = program.region(x.shape);
        program.call(pack, "reluBackward", dx, dy!, y, x.size);
        return [dx];
      },
    };
  },
};
