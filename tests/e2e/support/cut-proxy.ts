import { createServer, connect, type Server, type Socket } from 'node:net';
import { portOf } from './ports.ts';

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

/**
 * A TCP proxy that can behave like a network that is gone: nothing is forwarded, nothing is closed, new connections
 * hang. What was sent meanwhile arrives after `restore`, as TCP would deliver it.
 */
export class CutProxy {
  readonly #pairs = new Set<Pair>();
  readonly #waiting = new Set<Socket>();
  readonly #target: { host: string; port: number };
  readonly #server: Server;
  #cut = false;

  private constructor(target: { host: string; port: number }) {
    this.#target = target;
    this.#server = createServer({ allowHalfOpen: true }, (near) => this.#accept(near));
  }

  /** @param targetUrl `http://host:port` of what lies behind. */
  static async open(targetUrl: string): Promise<CutProxy> {
    const { hostname, port } = new URL(targetUrl);
    const proxy = new CutProxy({ host: hostname, port: Number(port) });
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.#server)}`;
  }

  cut(): void {
    this.#cut = true;
    for (const { near, far } of this.#pairs) {
      near.unpipe(far).pause();
      far.unpipe(near).pause();
    }
  }

  restore(): void {
    this.#cut = false;
    for (const pair of this.#pairs) {
      if (pair.near.destroyed || pair.far.destroyed) this.#dropPair(pair);
      else join(pair);
    }
    for (const near of this.#waiting) this.#connect(near);
    this.#waiting.clear();
  }

  /** Ends every connection at once, as a restarted load balancer does. */
  drop(): void {
    for (const pair of this.#pairs) this.#dropPair(pair);
    for (const near of this.#waiting) near.destroy();
    this.#waiting.clear();
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accept(near: Socket): void {
    near.on('error', () => near.destroy());
    if (!this.#cut) return this.#connect(near);
    near.pause();
    this.#waiting.add(near);
    near.on('close', () => this.#waiting.delete(near));
  }

  #connect(near: Socket): void {
    if (near.destroyed) return;
    const far = connect({ ...this.#target, allowHalfOpen: true, noDelay: true });
    near.setNoDelay(true);
    const pair: Pair = { near, far };
    this.#pairs.add(pair);
    for (const socket of [near, far]) {
      socket.on('error', () => socket.destroy());
      // During a cut neither side learns that the other has closed.
      socket.on('close', () => {
        if (!this.#cut) this.#dropPair(pair);
      });
    }
    if (!this.#cut) join(pair);
  }

  #dropPair(pair: Pair): void {
    pair.near.destroy();
    pair.far.destroy();
    this.#pairs.delete(pair);
  }
}

function join({ near, far }: Pair): void {
  near.pipe(far);
  far.pipe(near);
}
