import type { ProgramBuilder, Recorded } from "../../engine/program/program.js";
import type { Region } from "../../engine/program/region.js";
import type { Shape } from "../../engine/program/shape.js";
import { axesOf } from "../base/axes.js";
import { recordPermute } from "../base/recordPermute.js";

/** How many channels a sample has along this axis. @throws RangeError if it is not there */
export function channelsOf(axis: number, shape: Shape): number {
  return shape[axesOf(axis, shape)[0]!]!;
}

/** Records what works along the last axis for any axis: that becomes the last one, and the output is turned back. */
export function recordOnAxis(
  program: ProgramBuilder,
  x: Region,
  axis: number,
  record: (x: Region) => Recorded,
): Recorded {
  const [channels] = axesOf(axis, x.shape) as [number];
  if (channels === x.shape.length - 1) return record(x);
  const order = [...x.shape.keys()].filter((each) => each !== channels).concat(channels);
  const there = recordPermute(program, x, order);
  const recorded = record(there.outputs[0]!);
  const places = order.map((_, each) => order.indexOf(each));
  const back = recordPermute(program, recorded.outputs[0]!, places);
  return {
    outputs: back.outputs,
    backward(dys) {
      const [dx] = recorded.backward!(back.backward!(dys));
      return dx ? there.backward!([dx]) : [undefined];
    },
  };
}
