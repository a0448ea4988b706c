import type { RequestParams, RequestResult } from '@rotunda/protocol';
import { SignalClosedError } from '../signal/errors.ts';
import { toBase64 } from './bytes.ts';

export type MessageWire = (
  message: RequestParams<'customMessage'>,
) => Promise<RequestResult<'customMessage'>>;

interface Unconfirmed {
  readonly cmdId: number;
  seq: number;
  readonly reliable: boolean;
  readonly data: string;
}

/**
 * What one client sends to its room, numbered per cmdId. What the server has not confirmed when the link is lost is sent again
 * when it is back, if it is to be reliable.
 */
export class Outbox {
  readonly #wire: MessageWire;
  readonly #unconfirmed = new Set<Unconfirmed>();
  readonly #numbers = new Map<number, number>();
  #sessionId: string | null = null;
  #state: 'waiting' | 'open' | 'closed' = 'waiting';

  constructor(wire: MessageWire) {
    this.#wire = wire;
  }

  get open(): boolean {
    return this.#state === 'open';
  }

  /** The link is there, or there again. In a stay of another id everybody counts from 1. */
  resume(sessionId: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'open';
    const waiting = [...this.#unconfirmed];
    if (sessionId !== this.#sessionId) {
      this.#numbers.clear();
      for (const message of waiting) message.seq = this.#next(message.cmdId);
    }
    this.#sessionId = sessionId;
    for (const message of waiting) void this.#post(message);
  }

  suspend(): void {
    if (this.#state !== 'open') return;
    this.#state = 'waiting';
    for (const message of this.#unconfirmed) if (!message.reliable) this.#unconfirmed.delete(message);
  }

  /** After {@link suspend}, in the same stay. */
  goOn(): void {
    if (this.#sessionId !== null) this.resume(this.#sessionId);
  }

  /** Nothing is sent again. */
  forget(): void {
    this.#unconfirmed.clear();
  }

  /** Only while open. */
  send({ cmdId, bytes, reliable }: { cmdId: number; bytes: Uint8Array; reliable: boolean }): void {
    const message = { cmdId, seq: this.#next(cmdId), reliable, data: toBase64(bytes) };
    this.#unconfirmed.add(message);
    void this.#post(message);
  }

  close(): void {
    this.#state = 'closed';
    this.#unconfirmed.clear();
  }

  async #post(message: Unconfirmed): Promise<void> {
    try {
      await this.#wire({ ...message });
    } catch (error) {
      // It goes again with the next link; a refusal is final.
      if (error instanceof SignalClosedError) return;
    }
    this.#unconfirmed.delete(message);
  }

  #next(cmdId: number): number {
    const seq = (this.#numbers.get(cmdId) ?? 0) + 1;
    this.#numbers.set(cmdId, seq);
    return seq;
  }
}
