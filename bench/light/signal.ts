import {
  SIGNAL_PATH,
  type EventData,
  type EventName,
  type RequestMethod,
  type RequestParams,
  type RequestResult,
  type ServerFrame,
  type WelcomeFrame,
} from '@rotunda/protocol';
import { WebSocket } from 'ws';

/** An event of the server, with `performance.now()` of its arrival. */
export interface ReceivedEvent<N extends EventName> {
  readonly data: EventData<N>;
  readonly at: number;
}

/** A frame whose contents have the type that whoever asked for them expects. */
type Trusted<F> = F extends { type: 'event' }
  ? F & { readonly data: never }
  : F extends { type: 'response' }
    ? F & { readonly result: never }
    : F;
type TrustedFrame = Trusted<ServerFrame>;
type EventFrame = Extract<TrustedFrame, { type: 'event' }>;
type Listener = (frame: EventFrame, at: number) => void;

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/** How long a request or an event may take before a benchmark gives up, in milliseconds. */
const PATIENCE_MS = 10_000;

/** An answer that refuses. */
export class RefusedError extends Error {
  readonly code: number;

  constructor(method: string, frame: Extract<ServerFrame, { type: 'error' }>) {
    super(`${method}: ${frame.message} (${frame.code})`);
    this.code = frame.code;
  }
}

/**
 * The signalling half of a light client. It trusts the server's frames, so that a benchmark does not measure how long
 * the client takes to check them.
 */
export class LightSignal {
  readonly welcome: Promise<WelcomeFrame>;
  /** Resolves when the socket is closed, with its close code. */
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<EventName, Set<Listener>>();
  #nextId = 1;
  #openedAt = Number.NaN;

  constructor(serverUrl: string) {
    const url = new URL(SIGNAL_PATH, serverUrl);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    this.#socket = new WebSocket(url, { perMessageDeflate: false });
    this.#socket.on('open', () => {
      this.#openedAt = performance.now();
    });
    let tellWelcome: ((frame: WelcomeFrame) => void) | undefined;
    this.welcome = withPatience('welcome', (resolve, reject) => {
      tellWelcome = resolve;
      this.#socket.once('error', reject);
    });
    this.#socket.on('message', (data: Buffer) => {
      const frame: TrustedFrame = JSON.parse(data.toString('utf8'));
      if (frame.type === 'welcome') {
        tellWelcome?.(frame);
      } else {
        this.#receive(frame);
      }
    });
    this.#socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      this.#socket.on('close', (code: number) => {
        this.#abandon(code);
        resolve(code);
      });
    });
  }

  /** `performance.now()` of when the socket was open. */
  get openedAt(): number {
    return this.#openedAt;
  }

  request<M extends RequestMethod>(method: M, params: RequestParams<M>): Promise<RequestResult<M>> {
    const id = this.#nextId;
    this.#nextId += 1;
    const answered = withPatience<RequestResult<M>>(method, (resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
    });
    this.#socket.send(JSON.stringify({ type: 'request', id, method, params }));
    return answered;
  }

  /** The next event of that name for which `wanted` holds. */
  next<N extends EventName>(name: N, wanted: (data: EventData<N>) => boolean): Promise<ReceivedEvent<N>> {
    return withPatience(name, (resolve) => {
      const listener: Listener = (frame, at) => {
        const data: EventData<N> = frame.data;
        if (wanted(data)) {
          this.#listeners.get(name)?.delete(listener);
          resolve({ data, at });
        }
      };
      this.#add(name, listener);
    });
  }

  /** Calls `listener` with each event of that name, from now on. */
  on<N extends EventName>(name: N, listener: (event: ReceivedEvent<N>) => void): void {
    this.#add(name, (frame, at) => listener({ data: frame.data, at }));
  }

  close(): void {
    this.#socket.close();
  }

  #add(name: EventName, listener: Listener): void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
  }

  #receive(frame: Exclude<TrustedFrame, WelcomeFrame>): void {
    switch (frame.type) {
      case 'ping':
        this.#socket.send(JSON.stringify({ type: 'pong', n: frame.n }));
        return;
      case 'event':
        this.#event(frame);
        return;
      case 'response':
        this.#settle(frame.id, ({ resolve }) => resolve(frame.result));
        return;
      case 'error':
        this.#settle(frame.id, ({ reject }) => reject(new RefusedError('refused', frame)));
        return;
    }
  }

  #event(frame: EventFrame): void {
    const at = performance.now();
    const { ack } = frame;
    if (ack !== undefined) {
      // After what arrived at the same time: one process stands for hundreds of clients, which would not wait for each other.
      setImmediate(() => this.#socket.send(JSON.stringify({ type: 'ack', n: ack })));
    }
    for (const listener of this.#listeners.get(frame.name) ?? []) {
      listener(frame, at);
    }
  }

  #settle(id: number, settle: (pending: Pending) => void): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (pending) {
      settle(pending);
    }
  }

  #abandon(code: number): void {
    for (const { reject } of this.#pending.values()) {
      reject(new Error(`the socket closed with ${code}`));
    }
    this.#pending.clear();
  }
}

function withPatience<T>(
  what: string,
  start: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${what}: nothing within ${PATIENCE_MS} ms`)),
      PATIENCE_MS,
    );
    start(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
