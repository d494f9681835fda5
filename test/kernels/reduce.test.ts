import { describe, expect, it } from "vitest";
import { random } from "../reference/random.js";
import { compute, expectEqual } from "./harness.js";

const f = Math.fround;

/** `count` slots of `size` elements each, `stride` elements apart, summed from `begin` to `end`. */
function sumSlots(slots: Float32Array, stride: number, count: number, begin: number, end: number) {
  return compute((arena) => {
    const block = arena.inout(slots);
    const finite = arena.output(1);
    arena.call("reduceSlots", begin, end, block, 4 * stride, count, finite);
    return { block, finite };
  });
}

/** Slots whose sum depends on the order of its additions. */
function uneven(size: number): Float32Array {
  const source = random(size);
  return Float32Array.from({ length: size }, () => (source.uniform() - 0.5) * 10 ** source.integer(9));
}

describe("reduceSlots", () => {
  it.each([1, 2, 3, 7, 8])("sums %i slots in their order into the first one", (count) => {
    const size = 24;
    const slots = uneven(size * count);
    const expected = slots.slice();
    for (let slot = 1; slot < count; slot++) {
      for (let i = 0; i < size; i++) expected[i] = f(expected[i]! + slots[slot * size + i]!);
    }
    const { block, finite } = sumSlots(slots, size, count, 0, size);
    expectEqual(block, expected);
    expectEqual(finite, [0]);
  });

  it("leaves what is outside of begin and end, and in other slots", () => {
    const slots = uneven(3 * 32);
    const { block } = sumSlots(slots, 32, 3, 8, 20);
    for (const [i, value] of block.entries()) {
      const sum = f(f(slots[i]! + slots[i + 32]!) + slots[i + 64]!);
      expect(value, `element ${i}`).toBe(i >= 8 && i < 20 ? sum : slots[i]);
    }
  });

  it("gives the same bits in blocks as at once", () => {
    const slots = uneven(4 * 40);
    const whole = sumSlots(slots, 40, 4, 0, 40).block;
    const { block } = compute((arena) => {
      const block = arena.inout(slots);
      for (const [begin, end] of [
        [16, 36],
        [0, 16],
        [36, 40],
      ] as const) {
        arena.call("reduceSlots", begin, end, block, 4 * 40, 4, arena.output(1));
      }
      return { block };
    });
    expectEqual(block, whole);
  });

  it("says of an empty block that it is finite", () => {
    expectEqual(sumSlots(uneven(16), 8, 2, 4, 4).finite, [0]);
  });

  it.each([Number.NaN, Infinity, -Infinity])("raises its flag for a %f in any lane of any slot", (value) => {
    for (let place = 0; place < 3 * 8; place++) {
      const slots = uneven(3 * 8);
      slots[place] = value;
      const { block, finite } = sumSlots(slots, 8, 3, 0, 8);
      expectEqual(finite, [Number.NaN], `element ${place}`);
      expect(block[place % 8]).toBe(value);
    }
  });

  it("raises its flag where finite slots have no finite sum, and only for its own block", () => {
    const slots = new Float32Array(16);
    slots[1] = slots[9] = 3e38;
    const { block, finite } = sumSlots(slots, 8, 2, 0, 4);
    expect(block[1]).toBe(Infinity);
    expectEqual(finite, [Number.NaN]);
    expectEqual(sumSlots(slots, 8, 2, 4, 8).finite, [0]);
  });
});

describe("reduceClear", () => {
  it.each([0, 1, 4, 7, 33])("makes %i elements zero", (count) => {
    const { slot } = compute((arena) => {
      const slot = arena.output(count);
      arena.call("reduceClear", slot, count);
      return { slot };
    });
    expectEqual(slot, new Float32Array(count));
  });
});

describe("reduceCopy", () => {
  it.each([0, 1, 4, 7, 33])("copies %i elements", (count) => {
    const values = uneven(count);
    const { to } = compute((arena) => {
      const to = arena.output(count);
      arena.call("reduceCopy", to, arena.input(values), count);
      return { to };
    });
    expectEqual(to, values);
  });
});
