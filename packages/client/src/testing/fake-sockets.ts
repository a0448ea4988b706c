import type { SocketFactory, SocketListener } from '../signal/socket.ts';
import type { Gates } from './gates.ts';

/** The server's end of a fake socket. */
export interface ServerEnd {
  onMessage(text: string): void;
  /** The client closed, or the network did. */
  onClosed(): void;
}

export interface ServerSocket {
  send(text: string): void;
  close(code: number): void;
}

export type AcceptSocket = (socket: ServerSocket, url: string) => ServerEnd | null;

/**
 * Sockets without a network: each frame takes one step of the gates, in order. `accept` is the server; null refuses. A cut
 * network swallows frames both ways and tells nobody.
 */
export class FakeNetwork {
  readonly #gates: Gates;
  readonly #accept: AcceptSocket;
  readonly #open = new Set<FakeSocket>();
  state: 'up' | 'cut' | 'refusing' = 'up';
  /** Where sockets were opened to, in order. */
  readonly urls: string[] = [];

  constructor(gates: Gates, accept: AcceptSocket) {
    this.#gates = gates;
    this.#accept = accept;
  }

  /** Sockets that neither end has closed. */
  get openSockets(): number {
    return this.#open.size;
  }

  readonly sockets: SocketFactory = (url, listener) => {
    this.urls.push(url);
    const socket = new FakeSocket(this.#gates, listener, () => this.state === 'cut');
    socket.onGone = () => void this.#open.delete(socket);
    this.#open.add(socket);
    void this.#connect(socket, url);
    return { send: (text) => socket.toServer(text), close: () => socket.closeByClient() };
  };

  /** Every socket breaks, as when the server's process dies. */
  breakAll(code = 1006): void {
    for (const socket of this.#open) socket.closeByServer(code);
  }

  async #connect(socket: FakeSocket, url: string): Promise<void> {
    await this.#gates.pass('connect');
    if (this.state === 'cut') return;
    const end = this.state === 'refusing' ? null : this.#accept(socket, url);
    if (end) socket.serverEnd = end;
    else socket.closeByServer(1006);
  }
}

class FakeSocket implements ServerSocket {
  serverEnd: ServerEnd | null = null;
  onGone: () => void = () => undefined;
  readonly #gates: Gates;
  readonly #listener: SocketListener;
  readonly #isCut: () => boolean;
  #closed = false;
  #inbound: Promise<void> = Promise.resolve();
  #outbound: Promise<void> = Promise.resolve();

  constructor(gates: Gates, listener: SocketListener, isCut: () => boolean) {
    this.#gates = gates;
    this.#listener = listener;
    this.#isCut = isCut;
  }

  send(text: string): void {
    this.#inbound = this.#inbound.then(async () => {
      await this.#gates.pass('frame to client');
      if (!this.#closed && !this.#isCut()) this.#listener.onMessage(text);
    });
  }

  close(code: number): void {
    void this.#inbound.then(() => this.closeByServer(code));
  }

  toServer(text: string): void {
    this.#outbound = this.#outbound.then(async () => {
      await this.#gates.pass('frame to server');
      if (!this.#isCut()) this.serverEnd?.onMessage(text);
    });
  }

  closeByClient(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.onGone();
    void this.#outbound.then(() => this.serverEnd?.onClosed());
  }

  closeByServer(code: number): void {
    if (this.#closed) return;
    this.#closed = true;
    this.onGone();
    this.serverEnd?.onClosed();
    this.#listener.onClosed(code);
  }
}
