import type { Callback, CallbackParams, TrainedModel } from "../callbacks/callback.js";
import type { Tell } from "./inference.js";
import type { Verbosity } from "./options.js";

/** The callbacks and the one that shows progress, if it is wanted. */
export async function withProgress(callbacks: readonly Callback[], verbose: Verbosity): Promise<readonly Callback[]> {
  if (verbose === 0) return callbacks;
  const { ProgressBar } = await import("../callbacks/progressBar.js");
  return [...callbacks, new ProgressBar({ verbose })];
}

/** What tells the callbacks of `evaluate` and `predict`, which now know what is to come. */
export async function watch(
  model: TrainedModel,
  { callbacks, verbose }: { readonly callbacks: readonly Callback[]; readonly verbose: Verbosity },
  params: CallbackParams,
  inCallback: (call: () => unknown) => Promise<void>,
): Promise<Tell> {
  const all = await withProgress(callbacks, verbose);
  for (const callback of all) callback.setModel?.(model);
  const tell: Tell = async (call) => {
    for (const callback of all) await inCallback(() => call(callback));
  };
  await tell((c) => c.setParams?.(params));
  return tell;
}
