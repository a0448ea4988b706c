import type { Clock, Timer } from '@rotunda/base';
import type { WebRtcTransport } from 'mediasoup/types';
import type { Connectivity, WatchedTransport } from './connectivity.ts';

const CHECK_MS = 500;

/** The part of a transport that counts. */
export type CountingTransport = WatchedTransport & {
  getStats(): Promise<
    readonly Pick<Awaited<ReturnType<WebRtcTransport['getStats']>>[number], 'bytesReceived'>[]
  >;
};

/**
 * Who restarts ICE says that packets do not get through. The worker answers by putting off its own consent check
 * (RFC 7675), so that a client that keeps trying would never be called lost: until something arrives, it is.
 */
export class PathDoubts {
  readonly #clock: Clock;
  readonly #connectivity: Connectivity;
  readonly #checks = new Map<CountingTransport, Timer>();
  #closed = false;

  constructor({ clock, connectivity }: { clock: Clock; connectivity: Connectivity }) {
    this.#clock = clock;
    this.#connectivity = connectivity;
  }

  /** Ends by itself as soon as anything arrives. */
  async raise(transport: CountingTransport): Promise<void> {
    if (this.#checks.has(transport)) return;
    const before = await received(transport);
    if (before === null || this.#closed || this.#checks.has(transport)) return;
    if (this.#connectivity.doubt(transport)) this.#checkLater(transport, before);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#checks.values()) timer.cancel();
    this.#checks.clear();
  }

  #checkLater(transport: CountingTransport, before: number): void {
    const check = async (): Promise<void> => {
      const now = await received(transport);
      if (this.#closed) return;
      this.#checks.delete(transport);
      if (now === null) return;
      if (now > before) this.#connectivity.heard(transport);
      else this.#checkLater(transport, before);
    };
    this.#checks.set(
      transport,
      this.#clock.after(CHECK_MS, () => void check()),
    );
  }
}

/** Null when the transport is gone. */
async function received(transport: CountingTransport): Promise<number | null> {
  try {
    const [stats] = transport.closed ? [] : await transport.getStats();
    return stats?.bytesReceived ?? null;
  } catch {
    return null;
  }
}
