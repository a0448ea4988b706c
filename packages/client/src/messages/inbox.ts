import type { EventData, MessageMark } from '@rotunda/protocol';
import { fromBase64 } from './bytes.ts';

export interface InboxObserver {
  onMessage(userId: string, cmdId: number, seq: number, bytes: Uint8Array<ArrayBuffer>): void;
  /** `count` messages of that sender and cmdId will never arrive. */
  onMissed(userId: string, cmdId: number, count: number): void;
}

interface Sender {
  readonly sessionId: string;
  /** cmdId -> number of the last message, seen or missed. */
  readonly last: Map<number, number>;
}

/** What the others send. Repeats are dropped; a gap in a sender's numbers is told once, when something shows it. */
export class Inbox {
  readonly #observer: InboxObserver;
  readonly #senders = new Map<string, Sender>();
  #sessionId: string | null = null;

  constructor(observer: InboxObserver) {
    this.#observer = observer;
  }

  /** What had been sent when the stay began or came back: in the latter case whatever is unknown was missed. */
  catchUp(sessionId: string, marks: readonly MessageMark[]): void {
    const wasThere = sessionId === this.#sessionId;
    this.#sessionId = sessionId;
    for (const mark of marks) {
      const { last } = this.#sender(mark);
      const before = last.get(mark.cmdId) ?? (wasThere ? 0 : mark.seq);
      last.set(mark.cmdId, Math.max(before, mark.seq));
      this.#tellGap(mark, mark.seq - before);
    }
  }

  receive(message: EventData<'customMessage'>): void {
    const { userId, cmdId, seq, data } = message;
    const { last } = this.#sender(message);
    const before = last.get(cmdId) ?? seq - 1;
    if (seq <= before) return;
    last.set(cmdId, seq);
    this.#tellGap(message, seq - before - 1);
    this.#observer.onMessage(userId, cmdId, seq, fromBase64(data));
  }

  forget(userId: string): void {
    this.#senders.delete(userId);
  }

  clear(): void {
    this.#senders.clear();
  }

  #tellGap({ userId, cmdId, reliable }: MessageMark, count: number): void {
    if (count > 0 && reliable) this.#observer.onMissed(userId, cmdId, count);
  }

  #sender({ userId, sessionId }: MessageMark): Sender {
    const known = this.#senders.get(userId);
    if (known?.sessionId === sessionId) return known;
    const sender = { sessionId, last: new Map<number, number>() };
    this.#senders.set(userId, sender);
    return sender;
  }
}
