import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "puppeteer-core";
import sirv from "sirv";
import packageJson from "../../package.json" with { type: "json" };

export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** What a page needs so that its workers may share memory with it. */
export const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** The package's entries by what one imports them as. */
const ENTRIES = Object.entries(packageJson.exports).flatMap(([path, entry]) =>
  typeof entry === "object" && "default" in entry
    ? [[path.replace(".", packageJson.name), entry.default.slice(1)]]
    : [],
);

/** What the names stand for that the package and what uses it import. */
export const IMPORTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(ENTRIES),
  "#initializers": "/dist/initializers/inPages.js",
  "#platform": "/dist/platform/browser.js",
  "@assemblyscript/loader": "/node_modules/@assemblyscript/loader/index.js",
  "@noble/hashes/sha2.js": "/node_modules/@noble/hashes/sha2.js",
  fflate: "/node_modules/fflate/esm/browser.js",
  pbf: "/node_modules/pbf/index.js",
};

export interface File {
  readonly type: string;
  readonly body: string;
  /** Default 200. */
  readonly status?: number;
}

function html(body: string): File {
  // Else browsers ask for /favicon.ico.
  return { type: "text/html", body: `<!doctype html><link rel="icon" href="data:," />${body}` };
}

/** A page without a bundler that runs a script: an import map stands for what bundlers resolve. */
export function mappedPage(script: string): File {
  return html(`<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>
<script type="module">${script}</script>`);
}

/** A page that sets `window.lib`. */
export const MAPPED_PAGE = mappedPage('window.lib = await import("wasm-cnn");');

/** A page that is one script, which sets `window.lib`. */
export function modulePage(script: string): File {
  return html(`<script type="module" src="${script}"></script>`);
}

/** The strictest policy under which WebAssembly compiles: no eval, no blobs, nothing inline, nothing of others. */
export const STRICT = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src data:",
};

export interface SiteOptions {
  /** Default: the whole project. */
  readonly folder?: string;
  readonly headers?: Record<string, string>;
  /** What is at these paths instead of the folder's files. */
  readonly files?: Record<string, File>;
}

export interface Site {
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves a folder on loopback. */
export async function serve({ folder = root, headers = {}, files = {} }: SiteOptions): Promise<Site> {
  const inFolder = sirv(folder, { dev: true });
  const listener: RequestListener = (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const file = files[request.url!.split("?")[0]!];
    if (!file) return inFolder(request, response);
    response.writeHead(file.status ?? 200, { "Content-Type": file.type }).end(file.body);
  };
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A page that has loaded the library, and whatever it printed or threw. */
export interface Visit {
  readonly page: Page;
  readonly noise: string[];
}

export async function visit(browser: Browser, url: string): Promise<Visit> {
  const page = await browser.newPage();
  const noise: string[] = [];
  page.on("console", (message) => noise.push(message.text()));
  page.on("pageerror", (error) => noise.push(String(error)));
  await page.goto(url);
  try {
    await page.waitForFunction("window.lib !== undefined");
  } catch (cause) {
    throw new Error([`${url} did not load the library; the page said:`, ...noise].join("\n"), { cause });
  }
  return { page, noise };
}
