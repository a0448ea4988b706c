import type { Clock } from '@rotunda/base';
import { MESSAGE_LIMITS, type EventData, type SnapshotMessage } from '@rotunda/protocol';
import { Inbox, type InboxObserver } from './inbox.ts';
import { Outbox, type MessageWire } from './outbox.ts';
import { SendBudget } from './send-budget.ts';

export interface OutgoingMessage {
  /** 1 to 10. */
  readonly cmdId: number;
  readonly bytes: Uint8Array;
  /** Send again what a lost link swallowed, and tell the receivers what they missed. */
  readonly reliable: boolean;
}

/** Messages of one stay, both ways. */
export class StayMessages {
  readonly budget: SendBudget;
  readonly #outbox: Outbox;
  readonly #inbox: Inbox;
  readonly #mayPublish: () => boolean;

  constructor(tools: { clock: Clock; wire: MessageWire; observer: InboxObserver; mayPublish(): boolean }) {
    this.budget = new SendBudget(tools.clock);
    this.#outbox = new Outbox(tools.wire);
    this.#inbox = new Inbox(tools.observer);
    this.#mayPublish = () => tools.mayPublish();
  }

  /** @returns false for what is out of bounds or over the budget, by an audience member, and while there is no link. */
  send(message: OutgoingMessage): boolean {
    const { cmdId, bytes } = message;
    if (!Number.isInteger(cmdId) || cmdId < 1 || cmdId > MESSAGE_LIMITS.maxCmdId) return false;
    if (bytes.length > MESSAGE_LIMITS.bytes || !this.#outbox.open || !this.#mayPublish()) return false;
    if (!this.budget.take(bytes.length)) return false;
    this.#outbox.send(message);
    return true;
  }

  /** The link is there, or there again. {@link catchUp} follows when what happened meanwhile may be told. */
  resume({ sessionId }: SnapshotMessage): void {
    this.#outbox.resume(sessionId);
  }

  catchUp({ sessionId, messages = [] }: SnapshotMessage): void {
    this.#inbox.catchUp(sessionId, messages);
  }

  receive(message: EventData<'customMessage'>): void {
    this.#inbox.receive(message);
  }

  userLeft(userId: string): void {
    this.#inbox.forget(userId);
  }

  suspend(): void {
    this.#outbox.suspend();
  }

  /** After {@link suspend}, in the same stay. */
  goOn(): void {
    this.#outbox.goOn();
  }

  /** The room is left: what was not confirmed was for nobody else. */
  forget(): void {
    this.#outbox.forget();
    this.#inbox.clear();
  }

  close(): void {
    this.#outbox.close();
  }
}
