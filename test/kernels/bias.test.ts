import { describe, expect, it } from "vitest";
import { expectClose } from "../expectClose.js";
import { denseBackward } from "../reference/dense.js";
import { random } from "../reference/random.js";
import { type Tensor, tensor } from "../reference/tensor.js";
import { tolerances } from "../tolerances.js";
import { channelCounts, integers } from "./data.js";
import { compute, expectEqual } from "./harness.js";

function backwardAdd(samples: number, old: ArrayLike<number>, dy: ArrayLike<number>, rows: number) {
  return compute((arena) => {
    const db = arena.inout(old);
    arena.call("biasBackwardAdd", samples, db, arena.input(dy), rows, old.length);
    return { db };
  });
}

/** old + db of a dense layer, the only one with rows of its own. */
function expected(old: Tensor, dy: Tensor): Float64Array {
  const x = tensor([dy.shape[0]!, 1]);
  const w = tensor([1, old.data.length]);
  const { db } = denseBackward({ dy, x, w });
  return old.data.map((value, c) => value + db.data[c]!);
}

describe("biasBackwardAdd", () => {
  const source = random(4);

  it.each(channelCounts)("adds the rows' sum to what is there, %i channels", (n) => {
    for (const samples of [0, 1, 2, 5]) {
      for (const rows of [1, 7]) {
        const old = integers(source, [n]);
        const dy = integers(source, [samples * rows, n]);
        const { db } = backwardAdd(samples, old.data, dy.data, rows);
        expectEqual(db, expected(old, dy), `${samples} samples of ${rows} rows`);
      }
    }
  });

  it("is close to the reference for 3 samples of 121 rows, 21 channels", () => {
    const old = source.tensor([21]);
    const dy = source.tensor([363, 21]);
    expectClose(backwardAdd(3, old.data, dy.data, 121).db, expected(old, dy), tolerances.kernelSum);
  });

  it("lets NaN and infinities through, each in its channel", () => {
    const dy = [1, Number.NaN, Infinity, -Infinity, 1, 1, 1, 1, -Infinity, -Infinity, Infinity, 1];
    const { db } = backwardAdd(3, [0, 0, 0, 0], dy, 1);
    expect([...db]).toEqual([-Infinity, Number.NaN, Infinity, -Infinity]);
  });
});
