import { readdir } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { findMnist, MNIST_FILES } from "../data/mnist.js";
import { fileServer, type ServedFile } from "./fileServer.js";
import { mnistFolder } from "./mnistFolder.js";

export interface DemoOptions {
  /** Default: 8080, or any free one if that is taken. */
  port?: number;
  /** The folder with the four files of MNIST. Default: where `loadMnist` looks; they are fetched if they are not there. */
  data?: string;
  /** Whether to open the page in the default browser. */
  open?: boolean;
}

const PAGE = fileURLToPath(new URL("../demo", import.meta.url));
const HOST = "127.0.0.1";
const USUAL_PORT = 8080;

/** What a page needs to be cross-origin isolated, which worker threads on one memory ask for. */
const HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
};

/** `wasm-cnn demo`: serves the demo page and MNIST to this machine until Ctrl-C. */
export async function demo({ port, data, open = false }: DemoOptions): Promise<void> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  const print = (text: string) => process.stdout.write(`${text}\n`);
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  try {
    const { signal } = interruption;
    const files = await pageAndMnist(await mnistFolder({ data, signal, onMessage: print }));
    const server = await listen(fileServer({ files, headers: HEADERS }), port);
    const closed = new Promise((resolve) => server.once("close", resolve));
    const close = () => {
      server.close();
      server.closeAllConnections();
    };
    if (signal.aborted) close();
    signal.addEventListener("abort", close);
    const url = `http://localhost:${(server.address() as AddressInfo).port}/`;
    print(`The demo is at ${url} (Ctrl-C ends it)`);
    if (open) await openBrowser(url);
    await closed;
  } catch (error) {
    if (!(interruption.signal.aborted && error instanceof Error && error.name === "AbortError")) throw error;
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

/** The page at `/`, and under `/mnist/` the four files, with nothing else that their folder may hold. */
async function pageAndMnist(folder: string): Promise<ReadonlyMap<string, ServedFile>> {
  const files = new Map<string, ServedFile>();
  for (const name of await readdir(PAGE, { recursive: true })) {
    files.set(`/${name.replaceAll(sep, "/")}`, { file: join(PAGE, name) });
  }
  files.set("/", { file: join(PAGE, "index.html") });
  const found = Object.values(await findMnist(folder));
  for (const [i, name] of MNIST_FILES.entries()) {
    const file = found[i]!;
    const gzip = file.endsWith(".gz");
    for (const plain of [name, name.replace(/-(?=idx)/, ".")]) {
      files.set(`/mnist/${plain}`, { file, gzip });
      if (gzip) files.set(`/mnist/${plain}.gz`, { file });
    }
  }
  return files;
}

/** Listens on the given port, else on the usual one, else on a free one. */
async function listen(listener: RequestListener, port: number | undefined): Promise<Server> {
  const attempt = (number: number) =>
    new Promise<Server>((resolve, reject) => {
      const server = createServer(listener);
      server.once("error", reject);
      server.listen(number, HOST, () => resolve(server));
    });
  try {
    return await attempt(port ?? USUAL_PORT);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    if (port === undefined) return attempt(0);
    throw new Error(`--port: expected a port that is free, got ${port}`, { cause: error });
  }
}

async function openBrowser(url: string): Promise<void> {
  const { default: openUrl } = await import("open");
  // A browser that does not start is no reason to end: the address is there to be opened by hand.
  const process = await openUrl(url).catch(reportNoBrowser);
  process?.on("error", reportNoBrowser);
}

function reportNoBrowser(error: Error): undefined {
  process.stderr.write(`wasm-cnn: no browser could be opened: ${error.message}\n`);
}
