import { enableTurbo as enable } from "../platform/nodeTurbo.js";
import type { Turbo } from "../platform/turbo.js";
import { UsageError } from "./usageError.js";

/**
 * Turns on 256-bit vectors for this process, before anything is compiled.
 * @throws UsageError where they are not available
 */
export function enableTurbo(): Turbo {
  const turbo = enable();
  if (!turbo.available) throw new UsageError(`--turbo: ${turbo.note}`);
  return turbo;
}
