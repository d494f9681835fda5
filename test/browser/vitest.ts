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

const globals = new Map<string, PropertyDescriptor | undefined>();

export const vi = {
  fn,
  spyOn,
  stubGlobal(name: string, value: unknown): void {
    if (!globals.has(name)) globals.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
    Object.defineProperty(globalThis, name, { value, configurable: true, enumerable: true, writable: true });
  },
  unstubAllGlobals(): void {
    for (const [name, property] of globals) {
      if (property) Object.defineProperty(globalThis, name, property);
      else Reflect.deleteProperty(globalThis, name);
    }
    globals.clear();
  },
};
