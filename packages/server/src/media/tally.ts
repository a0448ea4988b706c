import type { Router, Transport } from 'mediasoup/types';

type Kind = 'routers' | 'transports' | 'producers' | 'consumers';

/** Counts what is open in the workers, as mediasoup itself reports it: pipes between routers included. */
export class Tally {
  readonly #open: Record<Kind, number> = { routers: 0, transports: 0, producers: 0, consumers: 0 };

  get open(): Readonly<Record<Kind, number>> {
    return { ...this.#open };
  }

  watch(router: Router): void {
    this.#count('routers', router);
    router.observer.on('newtransport', (transport: Transport) => {
      this.#count('transports', transport);
      transport.observer.on('newproducer', (producer) => this.#count('producers', producer));
      transport.observer.on('newconsumer', (consumer) => this.#count('consumers', consumer));
    });
  }

  #count(kind: Kind, thing: { observer: { once(event: 'close', listener: () => void): unknown } }): void {
    this.#open[kind] += 1;
    thing.observer.once('close', () => {
      this.#open[kind] -= 1;
    });
  }
}
