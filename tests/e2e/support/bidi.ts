import { WebSocket } from 'ws';

/** A command's answer or an event, as WebDriver BiDi puts them on the wire. */
interface Frame {
  readonly id?: number | null;
  readonly result?: object;
  readonly error?: string;
  readonly message?: string;
  readonly method?: string;
  readonly params?: object;
}
interface Pending {
  readonly resolve: (result: object) => void;
  readonly reject: (error: Error) => void;
}

/** The parts of `script.EvaluateResult` and `log.Entry` that are looked at. */
export interface CallResult {
  readonly result?: { readonly type: string; readonly value?: unknown };
  readonly exceptionDetails?: { readonly text: string };
}
export interface LogEntry {
  readonly type: string;
  readonly level: string;
  readonly text: string | null;
  readonly source: { readonly context?: string };
}

/** A connection that speaks WebDriver BiDi with a browser. */
export class BidiConnection {
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<(entry: LogEntry) => void>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#receive(JSON.parse(data.toString()) as Frame));
    socket.on('close', () => this.#fail(new Error('the browser has closed the connection')));
  }

  static async open(url: string): Promise<BidiConnection> {
    const socket = new WebSocket(url);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return new BidiConnection(socket);
  }

  /** @throws what the browser answers instead of a result */
  send<Result extends object>(method: string, params: object): Promise<Result> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<object>((resolve, reject) => {
      if (this.#socket.readyState !== WebSocket.OPEN) {
        reject(new Error(`${method}: the connection is closed`));
        return;
      }
      this.#pending.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params }));
    }) as Promise<Result>;
  }

  /** For `log.entryAdded`, once the session has subscribed to it. */
  onLogEntry(listener: (entry: LogEntry) => void): void {
    this.#listeners.add(listener);
  }

  close(): void {
    this.#socket.close();
  }

  #receive(frame: Frame): void {
    if (frame.method === 'log.entryAdded') {
      for (const listener of this.#listeners) listener(frame.params as LogEntry);
    }
    const pending = this.#pending.get(frame.id ?? 0);
    if (!pending) return;
    this.#pending.delete(frame.id ?? 0);
    if (frame.error === undefined) pending.resolve(frame.result ?? {});
    else pending.reject(new Error(`${frame.error}: ${frame.message ?? ''}`));
  }

  #fail(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}
