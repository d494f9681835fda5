/** Lets the event loop run once. By a message, as timers are slowed down in a tab that is not in view. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

export async function mnistFolders(): Promise<string[]> {
  throw noFolders("none");
}

export async function mnistCacheFolder(): Promise<string> {
  throw noFolders("none");
}

export async function findFile(_folder: string, _names: readonly string[]): Promise<string | undefined> {
  throw noFolders("dir");
}

export async function readBytes(_path: string, _signal?: AbortSignal): Promise<Uint8Array> {
  throw noFolders("dir");
}

function noFolders(got: string): Error {
  return new Error(
    `loadMnist: expected baseUrl, the URL of the folder with the four files, got ${got}; only Node reads folders`,
  );
}
