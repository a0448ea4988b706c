import type { IceState, WebRtcTransport } from 'mediasoup/types';

/** Whether ICE has a path, be it nominated or not. */
export function hasPath(iceState: IceState): boolean {
  return iceState === 'connected' || iceState === 'completed';
}

type Link = 'new' | 'up' | 'lost';

/** The part of a transport that tells. */
export type WatchedTransport = Pick<WebRtcTransport, 'iceState' | 'dtlsState' | 'closed'> & {
  readonly observer: { on(event: 'icestatechange' | 'dtlsstatechange', listener: () => void): unknown };
};

/** Tells when packets do not get through where they should: where they did before, or where something is published. */
export class Connectivity {
  readonly #links = new Map<WatchedTransport, Link>();
  readonly #listener: { mediaLost(): void; mediaBack(): void };

  constructor(listener: { mediaLost(): void; mediaBack(): void }) {
    this.#listener = listener;
  }

  get lost(): boolean {
    return [...this.#links.values()].includes('lost');
  }

  watch(transport: WatchedTransport): void {
    this.#links.set(transport, 'new');
    const update = (): void => this.#update(transport);
    transport.observer.on('icestatechange', update);
    transport.observer.on('dtlsstatechange', update);
  }

  /** Something is published on it: until packets can get through, it is lost. Of one that is lost already this tells again. */
  expect(transport: WatchedTransport): void {
    const link = this.#links.get(transport);
    if (link === undefined || link === 'up') return;
    this.#links.set(transport, 'lost');
    this.#listener.mediaLost();
  }

  /** Somebody who should know says that nothing gets through. @returns whether there is anything to doubt. */
  doubt(transport: WatchedTransport): boolean {
    if (this.#links.get(transport) !== 'up') return false;
    this.#change(() => this.#links.set(transport, 'lost'));
    return true;
  }

  /** Something has arrived after a doubt. */
  heard(transport: WatchedTransport): void {
    this.#update(transport);
  }

  /** A transport that is no longer there is not lost either. */
  forget(transport: WatchedTransport): void {
    this.#change(() => this.#links.delete(transport));
  }

  #update(transport: WatchedTransport): void {
    const link = this.#links.get(transport);
    if (link === undefined || transport.closed) return;
    const { iceState, dtlsState } = transport;
    const up = dtlsState === 'connected' && hasPath(iceState);
    const down = iceState === 'disconnected' || dtlsState === 'failed' || dtlsState === 'closed';
    if (up) this.#change(() => this.#links.set(transport, 'up'));
    else if (down && link === 'up') this.#change(() => this.#links.set(transport, 'lost'));
  }

  #change(apply: () => void): void {
    const before = this.lost;
    apply();
    if (this.lost === before) return;
    if (before) this.#listener.mediaBack();
    else this.#listener.mediaLost();
  }
}
