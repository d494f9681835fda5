// A spec that fails, to see that a page says so.
import { describe, expect, it } from "vitest";

describe("a spec", () => {
  it("passes", () => {
    expect([1, { a: expect.any(Number) }]).toEqual([1, { a: 2 }]);
  });
  it.each([2, 3])("fails with %i", (value) => {
    expect(value).toBe(1);
  });
  it("fails later", async () => {
    await expect(Promise.resolve(1)).rejects.toThrow();
  });
  it.skip("is skipped", () => {
    throw new Error("not to be run");
  });
});
