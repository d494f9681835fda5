/** A function that draws with the next frame, however often it is called before. */
export function perFrame(draw: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
    });
  };
}

/**
 * A function that runs an asynchronous task: never twice at a time, with a rest of `restMs` between, and once more if it
 * was called meanwhile.
 */
export function coalesced(task: () => Promise<void>, restMs: number): () => void {
  let running = false;
  let again = false;
  const run = async () => {
    running = true;
    again = false;
    try {
      await task();
    } finally {
      setTimeout(() => {
        running = false;
        if (again) void run();
      }, restMs);
    }
  };
  return () => {
    if (running) again = true;
    else void run();
  };
}
