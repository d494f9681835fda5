import { describe, expect, it } from "vitest";
import { cosPi, exp, ln, power, raise } from "../../dist/base/exactMath.js";
import { expectClose } from "../expectClose.js";

const close = { absolute: 1e-15, relative: 4e-15 };
const numbers = Array.from({ length: 400 }, (_, i) => (i - 200) / 7 + 1e-3);

describe("exactMath", () => {
  it("has e^x, up to infinity and down to 0", () => {
    expectClose(numbers.map(exp), numbers.map(Math.exp), { absolute: 0, relative: 1e-14 });
    expect([exp(0), exp(1e4), exp(-1e4)]).toEqual([1, Infinity, 0]);
    expect(exp(Number.NaN)).toBeNaN();
  });

  it("has ln x", () => {
    const positive = numbers.map((x) => 2 ** x);
    expectClose(positive.map(ln), positive.map(Math.log), close);
    expect([ln(1), ln(0), ln(Infinity)]).toEqual([0, -Infinity, Infinity]);
    expect(ln(-1)).toBeNaN();
  });

  it("has powers", () => {
    expect([power(3, 4), power(0.5, 10), power(7, 0)]).toEqual([81, 2 ** -10, 1]);
    expectClose(
      [power(0.999, 12345), raise(0.7, 2.5), raise(2, 0.5), raise(0, 1.5), raise(3, -2)],
      [0.999 ** 12345, 0.7 ** 2.5, Math.SQRT2, 0, 1 / 9],
      { absolute: 0, relative: 1e-12 },
    );
  });

  it("has the cosine of pi x", () => {
    expectClose(
      numbers.map(cosPi),
      numbers.map((x) => Math.cos(Math.PI * (x % 2))),
      { absolute: 2e-14, relative: 0 },
    );
    expect([cosPi(0), cosPi(1), cosPi(-1), cosPi(2)]).toEqual([1, -1, -1, 1]);
  });
});
