import { MESSAGE_LIMITS } from '@rotunda/protocol';
import type { PublishOptions } from '../media/engine.ts';
import type { SeiMessage } from '../media/sei/sei-format.ts';
import type { SendBudget } from './send-budget.ts';

/** More frames in a row than this repeat nothing that would still arrive. */
const MAX_REPEATS = 30;
/** How many messages of a user are remembered, to tell copies: more than can be on their way at once. */
const REMEMBERED = 256;

export interface OutgoingSei {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How many frames in a row are to carry it. */
  readonly repeatCount: number;
}

export type Picture = 'video' | 'sub';

export interface StaySeiTools {
  readonly budget: SendBudget;
  /** Whether the platform has what it takes. */
  readonly canCarry: () => boolean;
  /** How a picture is being sent; null while it is not. */
  sending(source: Picture): PublishOptions | null;
  send(source: Picture, message: SeiMessage, copies: number): void;
  read(reading: boolean): void;
  onMessage(userId: string, bytes: Uint8Array<ArrayBuffer>): void;
  /** 0 to 1. */
  random(): number;
}

/** Messages that ride on pictures, of one stay, both ways. */
export class StaySei {
  readonly #tools: StaySeiTools;
  /** userId -> numbers of its latest messages. */
  readonly #seen = new Map<string, Set<number>>();
  #next: number;
  #state: 'open' | 'closed' = 'open';

  constructor(tools: StaySeiTools) {
    this.#tools = tools;
    // Another stay of the same user must not look like a repetition.
    this.#next = Math.floor(tools.random() * 0xffff_ffff);
  }

  /**
   * With the camera's pictures, or else with those of the shared screen. One more frame than asked carries it: the last frame before a viewer is
   * given another layer may not reach that viewer whole.
   *
   * @returns the picture that carries it; `refused`: out of bounds, over the budget, or no picture is being sent.
   */
  send({ bytes, repeatCount }: OutgoingSei): Picture | 'refused' | 'unsupported' {
    if (this.#state === 'closed' || bytes.length > MESSAGE_LIMITS.bytes) return 'refused';
    const source = (['video', 'sub'] as const).find((each) => this.#tools.sending(each));
    const options = source && this.#tools.sending(source);
    if (!source || options?.kind !== 'video') return 'refused';
    if (options.codec === 'vp9' || !this.#tools.canCarry()) return 'unsupported';
    if (!this.#tools.budget.take(bytes.length)) return 'refused';
    const number = this.#next;
    this.#next = (this.#next + 1) % 0x1_0000_0000;
    this.#tools.send(source, { number, bytes }, Math.min(MAX_REPEATS, Math.max(1, repeatCount)) + 1);
    return source;
  }

  /** Whether messages of others are looked for, where pictures are led to where that can be; so at first. */
  read(reading: boolean): void {
    this.#tools.read(reading);
  }

  receive(userId: string, { number, bytes }: SeiMessage): void {
    if (this.#state === 'closed' || (number !== null && this.#isCopy(userId, number))) return;
    this.#tools.onMessage(userId, bytes);
  }

  userLeft(userId: string): void {
    this.#seen.delete(userId);
  }

  close(): void {
    this.#state = 'closed';
    this.#seen.clear();
  }

  #isCopy(userId: string, number: number): boolean {
    const seen = this.#seen.get(userId) ?? new Set<number>();
    if (seen.has(number)) return true;
    this.#seen.set(userId, seen.add(number));
    const [oldest] = seen;
    if (seen.size > REMEMBERED && oldest !== undefined) seen.delete(oldest);
    return false;
  }
}
