import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import sirv from "sirv";

/** What makes a page cross-origin isolated. */
export const ISOLATION: Readonly<Record<string, string>> = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export interface Site {
  /** Ends with "/". */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves folders on a free port of this machine. They must not change meanwhile: browsers may keep what they have read. */
export async function serve(
  folders: Readonly<Record<`/${string}/`, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Site> {
  const handlers = Object.entries(folders).map(([prefix, folder]) => {
    return { prefix, handle: sirv(folder, { maxAge: 86_400, immutable: true }) };
  });
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const notFound = () => {
      response.writeHead(404).end();
    };
    const found = handlers.find(({ prefix }) => request.url!.startsWith(prefix));
    if (!found) return notFound();
    request.url = request.url!.slice(found.prefix.length - 1);
    found.handle(request, response, notFound);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
