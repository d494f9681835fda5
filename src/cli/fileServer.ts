import { type FileHandle, open } from "node:fs/promises";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { extname } from "node:path";
import { pipeline } from "node:stream/promises";
import { parseRange } from "./byteRange.js";

export interface ServedFile {
  /** Where it lies. It is looked at anew for each request: it may have changed, or gone. */
  file: string;
  /** It is compressed, but asked for by the name of what is in it. */
  gzip?: boolean;
}

export interface FileServerOptions {
  /** All that is served, by the path of its URL. */
  files: ReadonlyMap<string, ServedFile>;
  /** Headers of every answer. */
  headers: Readonly<Record<string, string>>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css;charset=utf-8",
  ".html": "text/html;charset=utf-8",
  ".js": "text/javascript;charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** Names that only this machine has for itself: a page of another site can't point its own name here and read the answers. */
const OWN_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** Answers requests of this machine for a fixed list of files, with ranges and 304; whatever fails ends the one answer alone. */
export function fileServer(options: FileServerOptions): RequestListener {
  return (request, response) => {
    answer(request, response, options).catch(() => {
      if (response.headersSent) response.destroy();
      else say(response, 500, "Internal server error");
    });
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, { files, headers }: FileServerOptions) {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (!OWN_HOST.test(request.headers.host ?? "")) return say(response, 403, "Only for localhost");
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return say(response, 405, "Method not allowed");
  }
  const served = files.get(request.url?.split("?")[0] ?? "");
  if (!served) return say(response, 404, "Not found");
  if (served.gzip) {
    response.setHeader("Vary", "Accept-Encoding");
    if (!/\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""))) {
      return say(response, 406, "Only compressed with gzip");
    }
  }
  const handle = await open(served.file).catch(() => undefined);
  try {
    const found = await handle?.stat();
    if (!handle || !found?.isFile()) return say(response, 404, "Not found");
    const etag = `"${found.size.toString(16)}-${found.mtimeMs.toString(16)}"`;
    await send(request, response, { ...served, handle, size: found.size, etag });
  } finally {
    await handle?.close();
  }
}

interface OpenFile extends ServedFile {
  handle: FileHandle;
  size: number;
  etag: string;
}

async function send(request: IncomingMessage, response: ServerResponse, { file, gzip, handle, size, etag }: OpenFile) {
  const { range: asked, "if-range": ifRange, "if-none-match": known } = request.headers;
  response.setHeader("ETag", etag);
  response.setHeader("Cache-Control", "no-cache");
  response.setHeader("Accept-Ranges", "bytes");
  if (known === "*" || known?.split(",").some((each) => each.trim().replace(/^W\//, "") === etag)) {
    response.writeHead(304).end();
    return;
  }
  const wanted = request.method === "GET" && (ifRange === undefined || ifRange === etag);
  const range = wanted ? parseRange(asked, size) : undefined;
  if (range === "unsatisfiable") {
    response.setHeader("Content-Range", `bytes */${size}`);
    return say(response, 416, "Range not satisfiable");
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  response.setHeader("Content-Type", TYPES[extname(file)] ?? "application/octet-stream");
  if (gzip) response.setHeader("Content-Encoding", "gzip");
  if (range) response.setHeader("Content-Range", `bytes ${start}-${end}/${size}`);
  response.setHeader("Content-Length", end - start + 1);
  response.writeHead(range ? 206 : 200);
  if (request.method === "HEAD" || size === 0) {
    response.end();
    return;
  }
  const stream = handle.createReadStream({ start, end, autoClose: false });
  await pipeline(stream, response, { end: false });
  // A file that has become shorter meanwhile: the client learns it from the connection's end.
  if (stream.bytesRead === end - start + 1) response.end();
  else response.destroy();
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "Content-Type": "text/plain" }).end(`${text}\n`);
}
