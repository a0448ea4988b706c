import type { RequestParams } from '@rotunda/protocol';
import { RequestQueue, type RequestOutcome } from './request-queue.ts';
import type { Wire } from './wire.ts';

/**
 * Links of one stay with anchors of other rooms. Who is linked is seen as one of the room's users; here it is only asked for, one
 * thing after the other, also across a lost link.
 */
export class CrossRoom {
  readonly #wire: Wire;
  readonly #queue = new RequestQueue();

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** Never rejects. */
  connect(anchor: RequestParams<'connectRoom'>): Promise<RequestOutcome> {
    return this.#queue.run(async () => {
      await this.#wire.request('connectRoom', anchor);
    });
  }

  /** Ends all links, whoever asked for them. Never rejects. */
  disconnect(): Promise<RequestOutcome> {
    return this.#queue.run(async () => {
      await this.#wire.request('disconnectRoom', {});
    });
  }

  /** What was interrupted goes on. */
  resume(): void {
    this.#queue.resume();
  }

  close(): void {
    this.#queue.close();
  }
}
