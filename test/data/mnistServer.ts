import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** What a server does with a request for a file, beside sending these bytes. */
export type Answer = Uint8Array | ((response: ServerResponse, request: IncomingMessage) => void);

export interface MnistServer {
  /** The URL of its folder, with a slash at the end. */
  readonly url: string;
  /** Names of the files asked for, with the query, in order. */
  readonly requests: readonly string[];
}

/** A server on loopback, until the end of the test, with the given files in the folder `/data/`; `otherwise` answers for all else. */
export async function mnistServer(
  files: Readonly<Record<string, Answer>>,
  otherwise: Answer = (response) => response.writeHead(404, { "content-type": "text/html" }).end("<h1>Not Found</h1>"),
): Promise<MnistServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const name = request.url!.replace("/data/", "");
    requests.push(name);
    const answer = files[name.replace(/\?.*/, "")] ?? otherwise;
    if (answer instanceof Uint8Array) response.end(answer);
    else answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/data/`, requests };
}
