import { type Bytes, messageOf } from "../engine/kernels/kinds.js";

/** What to do about a damaged file. */
export const REPLACE = "put an undamaged file there";

export interface DownloadOptions {
  /** The most a file may hold, before and after decompression: a small gzip file can hold any number of zeros. */
  maxBytes: number;
  /** Stops the download, which then rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Called as bytes arrive: how many so far, and how many the server has announced, if it has. */
  onBytes: (url: string, received: number, announced: number | undefined) => void;
}

/** A name that has no file: the next one may have it. */
class NotThere extends Error {}

/**
 * Fetches the first of these URLs that has a binary file. What begins as gzip does is decompressed, whatever it is called:
 * some servers send a `.gz` so that `fetch` has decompressed it already.
 *
 * @returns The bytes, and the URL that had them.
 * @throws Error if there is no such file (no answer, an error, or a web page in its place) or if it breaks off.
 * @throws RangeError if it holds more than `maxBytes`.
 */
export async function download(
  where: string,
  urls: readonly string[],
  options: DownloadOptions,
): Promise<{ url: string; bytes: Uint8Array }> {
  const reasons = new Set<string>();
  for (const url of urls) {
    try {
      return { url, bytes: await fetchFile(`${where}: ${url}`, url, options) };
    } catch (error) {
      if (!(error instanceof NotThere)) throw error;
      reasons.add(error.message);
    }
  }
  const others = urls.slice(1).map((url) => url.slice(url.lastIndexOf("/") + 1));
  throw new Error(
    `${where}: ${urls[0]} (or ${others.join(", ")}): expected a file, got ${[...reasons].join(" and ")}; put it there, or ` +
      "correct the URL; a server of another origin has to allow this one (CORS)",
  );
}

async function fetchFile(where: string, url: string, options: DownloadOptions): Promise<Uint8Array> {
  const { signal, onBytes } = options;
  const response = await fetch(url, { signal: signal ?? null }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new NotThere(`no answer (${reasonOf(cause)})`);
  });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new NotThere(`${response.status} ${response.statusText}`.trim());
  }
  const announced = announcedBytes(response.headers);
  const received = await readAll(response.body, options, { where, advice: "try again" }, (chunk, bytes) => {
    // Servers of single-page apps answer every wrong address with their index.html.
    if (bytes === chunk.length && /^\s*</.test(new TextDecoder().decode(chunk.subarray(0, 64)))) {
      throw new NotThere("a web page");
    }
    onBytes(url, bytes, announced !== undefined && bytes <= announced ? announced : undefined);
  });
  if (received[0] !== 0x1f || received[1] !== 0x8b) return received;
  // Not by way of a Blob: those of jsdom have no streams.
  const plain = new Response(received).body!.pipeThrough(new DecompressionStream("gzip"));
  return readAll(plain, options, { where: `${where}: gzip`, advice: REPLACE });
}

/** Of a body that `fetch` decompresses, the header gives the length before: that says nothing about what will arrive. */
function announcedBytes(headers: Headers): number | undefined {
  const length = headers.get("content-length");
  return length === null || headers.has("content-encoding") ? undefined : Number(length);
}

/**
 * @param texts what errors begin with, and what to do if the stream fails
 * @param visit is shown each chunk and the number of bytes with it; what it throws ends the reading
 */
async function readAll(
  stream: ReadableStream<Uint8Array>,
  { signal, maxBytes }: DownloadOptions,
  { where, advice }: { where: string; advice: string },
  visit?: (chunk: Uint8Array, bytes: number) => void,
): Promise<Bytes> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const next = () =>
    reader.read().catch((cause: unknown) => {
      signal?.throwIfAborted();
      const reason = `${reasonOf(cause)} after ${bytes} bytes`;
      throw new Error(`${where}: expected a whole file, got the error: ${reason}; ${advice}`, { cause });
    });
  try {
    for (let { done, value } = await next(); !done; { done, value } = await next()) {
      // Decompression does not watch the signal.
      signal?.throwIfAborted();
      chunks.push(value!);
      bytes += value!.length;
      if (bytes > maxBytes) throw new RangeError(`${where}: expected at most ${maxBytes} bytes, got more`);
      visit?.(value!, bytes);
    }
  } finally {
    // A stream that has ended or failed has nothing left to cancel.
    await reader.cancel().catch(() => {});
  }
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

function reasonOf(error: unknown): string {
  const { cause } = (error ?? {}) as Error;
  return cause === undefined ? messageOf(error) : `${messageOf(error)}: ${messageOf(cause)}`;
}
