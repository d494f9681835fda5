// What "vitest" is for a spec that runs in a page: vitest's own describe, it, expect and vi, without the parts that need Node.
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from "@vitest/expect";
import { fn, spyOn } from "@vitest/spy";

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, onTestFinished, test } from "@vitest/runner";

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin);

type Globals = Record<symbol, object>;

export const expect = Object.assign(
  (actual: unknown, message?: string) => chai.expect(actual, message),
  chai.expect,
  (globalThis as unknown as Globals)[ASYMMETRIC_MATCHERS_OBJECT],
);
(globalThis as unknown as Globals)[GLOBAL_EXPECT] = expect;
setState({ assertionCalls: 0, isExpectingAssertions: false }, expect as never);

export const vi = { fn, spyOn };
