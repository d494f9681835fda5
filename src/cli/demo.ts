import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import sirv from "sirv";
import { MNIST_FILES } from "../data/mnist.js";
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
    const server = await listen(pageAndMnist(await mnistFolder({ data, signal, onMessage: print })), port);
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
function pageAndMnist(mnistFolder: string): RequestListener {
  const page = sirv(PAGE, { etag: true, maxAge: 0 });
  const mnist = sirv(mnistFolder, { etag: true, maxAge: 0, gzip: true, extensions: [] });
  const mnistPaths = new Set(MNIST_FILES.flatMap(namesOf));
  return (request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const notFound = () => {
      response.writeHead(404, { "Content-Type": "text/plain" }).end("Not found\n");
    };
    const path = request.url?.split("?")[0] ?? "/";
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { Allow: "GET, HEAD" }).end();
    } else if (path.startsWith("/mnist/")) {
      const name = path.slice("/mnist".length);
      if (!mnistPaths.has(name)) return notFound();
      request.url = name;
      mnist(request, response, notFound);
    } else {
      page(request, response, notFound);
    }
  };
}

/** The paths that a file of MNIST may be asked for by. */
function namesOf(name: string): string[] {
  const names = [name, name.replace(/-(?=idx)/, ".")];
  return [...names, ...names.map((plain) => `${plain}.gz`)].map((path) => `/${path}`);
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
