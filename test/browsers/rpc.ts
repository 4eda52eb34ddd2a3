import WebSocket from 'ws';

type Settle = { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void };
type Reply = { readonly id?: number; readonly result?: unknown; readonly error?: unknown; readonly message?: string };

/** Remote calls over a WebSocket, as both the Chrome DevTools Protocol and WebDriver BiDi have them. */
export class Rpc {
  readonly #socket: WebSocket;
  readonly #pending: Map<number, Settle> = new Map();
  #count = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#settle(JSON.parse(String(data)) as Reply));
    socket.on('error', () => {});
    socket.on('close', () => {
      for (const { reject } of this.#pending.values()) reject(new Error('the browser is gone'));
    });
  }

  static async open(url: string): Promise<Rpc> {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return new Rpc(socket);
  }

  #settle({ id, result, error, message }: Reply): void {
    const settle = this.#pending.get(id ?? 0);
    if (settle === undefined) return;
    this.#pending.delete(id ?? 0);
    if (error === undefined) settle.resolve(result);
    else settle.reject(new Error(`${JSON.stringify(error)} ${message ?? ''}`));
  }

  /** @param more - beside the method and its parameters, such as the tab that it is for. */
  async call<Result>(method: string, params: object = {}, more: object = {}): Promise<Result> {
    const id = ++this.#count;
    const replied = new Promise<unknown>((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    this.#socket.send(JSON.stringify({ id, method, params, ...more }));
    return (await replied) as Result;
  }
}
