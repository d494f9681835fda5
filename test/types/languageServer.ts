import { type ChildProcess, spawn } from "node:child_process";
import { pathToFileURL } from "node:url";

/** TypeScript's language server, as editors use it. */
export class LanguageServer {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #received: Buffer = Buffer.alloc(0);
  #requests = 0;

  private constructor(root: string) {
    this.#process = spawn(process.execPath, [`${root}/node_modules/typescript/bin/tsc`, "--lsp", "--stdio"], {
      cwd: root,
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.#process.stdout!.on("data", (data: Buffer) => this.#take(data));
  }

  static async start(root: string): Promise<LanguageServer> {
    const server = new LanguageServer(root);
    const capabilities = { textDocument: { hover: { contentFormat: ["markdown"] } } };
    await server.#request("initialize", { processId: process.pid, rootUri: pathToFileURL(root).href, capabilities });
    server.#send({ method: "initialized", params: {} });
    return server;
  }

  open(path: string, text: string): void {
    const textDocument = { uri: pathToFileURL(path).href, languageId: "typescript", version: 1, text };
    this.#send({ method: "textDocument/didOpen", params: { textDocument } });
  }

  /** What an editor shows for a place, both from 0 on. */
  async hover(path: string, line: number, character: number): Promise<string> {
    const params = { textDocument: { uri: pathToFileURL(path).href }, position: { line, character } };
    const shown = (await this.#request("textDocument/hover", params)) as { contents?: { value?: string } } | null;
    return shown?.contents?.value ?? "";
  }

  stop(): void {
    this.#process.kill();
  }

  #request(method: string, params: object): Promise<unknown> {
    const id = ++this.#requests;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#send({ id, method, params });
    });
  }

  #send(message: object): void {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#process.stdin!.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #take(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    for (;;) {
      const head = this.#received.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#received.subarray(0, head).toString())![1]);
      const end = head + 4 + length;
      if (this.#received.length < end) return;
      const message = JSON.parse(this.#received.subarray(head + 4, end).toString());
      this.#received = this.#received.subarray(end);
      if (message.method === undefined) this.#waiting.get(message.id)?.(message.result);
      // It asks for settings: there are none.
      else if (message.id !== undefined)
        this.#send({ id: message.id, result: message.params?.items?.map(() => null) ?? null });
    }
  }
}
