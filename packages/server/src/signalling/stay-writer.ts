import type { Clock, Log, Timer } from '@rotunda/base';
import type { LeaveReason } from '@rotunda/protocol';
import type { OpenRoom } from '../rooms/model.ts';
import type { Membership, StayRef } from '../roomlog/membership-port.ts';

/** How often what could not be written is tried again. */
const RETRY_MS = 1_000;

type Write = () => Promise<unknown>;

/** What is written of one stay, one after the other. */
interface Line {
  /** Settles, never rejects, with the last thing in the line. */
  tail: Promise<void>;
  /** What is not in the log yet, by what it is about: newer replaces older. */
  readonly unwritten: Map<string, Write>;
}

/**
 * Writes to the room log what this node sees happen to its stays: link lost, link back, a stream or the stay over. Of one stay
 * it does so in the order in which it happened. What has happened is true also while the log cannot be reached: then it
 * is written later, however long that takes.
 */
export class StayWriter {
  readonly #membership: Membership;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #lines = new Map<string, Line>();
  #timer: Timer | null = null;
  #closed = false;

  constructor(tools: { membership: Membership; clock: Clock; log: Log }) {
    this.#membership = tools.membership;
    this.#clock = tools.clock;
    this.#log = tools.log;
  }

  /** Stays of which something is being written or has to be. */
  get size(): number {
    return this.#lines.size;
  }

  /** Resolves when it is written, or has to be tried again later. */
  async lost(stay: StayRef, deadline: Omit<Parameters<Membership['lost']>[0], keyof StayRef>): Promise<void> {
    await this.#write(stay, 'link', () => this.#membership.lost({ ...stay, ...deadline }));
  }

  /** Resolves when it is written, or has to be tried again later. */
  async unpublish(stay: StayRef, streamId: string): Promise<void> {
    await this.#write(stay, streamId, () => this.#membership.unpublish({ ...stay, streamId }));
  }

  /** @returns whether this is what ended the stay; null if it has to be tried again later. Nothing else of the stay is written after. */
  leave(stay: StayRef, reason: LeaveReason): Promise<boolean | null> {
    this.#lines.get(stay.sessionId)?.unwritten.clear();
    return this.#write(stay, 'stay', () => this.#membership.leave({ ...stay, reason }));
  }

  /** Outdates a loss that has not been written. Rejects if the log cannot be reached: then whether it is written is unknown. */
  resumed(stay: StayRef): Promise<OpenRoom | null> {
    this.#lines.get(stay.sessionId)?.unwritten.delete('link');
    return this.#inLine(stay.sessionId, () => this.#membership.resumed(stay));
  }

  /** What is not written by now never will be: the log goes too. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#lines.clear();
  }

  #write<T>({ sessionId }: StayRef, about: string, write: () => Promise<T>): Promise<T | null> {
    const { unwritten } = this.#line(sessionId);
    unwritten.set(about, write);
    return this.#inLine(sessionId, () => this.#try(unwritten, about, write));
  }

  /** @returns null if it was outdated meanwhile, or failed. */
  async #try<T>(unwritten: Line['unwritten'], about: string, write: () => Promise<T>): Promise<T | null> {
    if (unwritten.get(about) !== write) return null;
    try {
      const result = await write();
      if (unwritten.get(about) === write) unwritten.delete(about);
      return result;
    } catch (error) {
      this.#log.warn({ err: error, about }, 'the room log cannot be reached: tried again later');
      this.#retryLater();
      return null;
    }
  }

  #line(sessionId: string): Line {
    const line = this.#lines.get(sessionId) ?? {
      tail: Promise.resolve(),
      unwritten: new Map<string, Write>(),
    };
    this.#lines.set(sessionId, line);
    return line;
  }

  #inLine<T>(sessionId: string, task: () => Promise<T>): Promise<T> {
    const line = this.#line(sessionId);
    const result = line.tail.then(task);
    const tail: Promise<void> = result.then(nothing, nothing).then(() => {
      if (line.tail === tail && line.unwritten.size === 0) this.#lines.delete(sessionId);
    });
    line.tail = tail;
    return result;
  }

  #retryLater(): void {
    if (this.#closed) return;
    this.#timer ??= this.#clock.after(RETRY_MS, () => {
      this.#timer = null;
      for (const [sessionId, { unwritten }] of this.#lines) {
        for (const [about, write] of unwritten)
          void this.#inLine(sessionId, () => this.#try(unwritten, about, write));
      }
    });
  }
}

function nothing(): void {}
