import { defineConfig } from "vitest/config";

// Apart from `npm test`: these tests need the packages of this folder, and Python for some.
export default defineConfig({
  test: { include: ["test/interop/*.interop.mjs"], testTimeout: 180_000, hookTimeout: 180_000 },
});
