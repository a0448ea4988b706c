import { RequestQueue, type RequestOutcome } from './request-queue.ts';
import type { Wire } from './wire.ts';

export interface PermissionTicketTools {
  readonly wire: Wire;
  /** The one that the user entered with. */
  readonly ticket: string | undefined;
  /** The server has taken a newer one, with which more may be possible. */
  onRenewed(): void;
}

/** The permission ticket (docs/trtc.md 1.3) for the room where a stay is: the newest one that the server has taken. */
export class PermissionTicket {
  readonly #tools: PermissionTicketTools;
  #queue = new RequestQueue();
  #newest: string | undefined;

  constructor(tools: PermissionTicketTools) {
    this.#tools = tools;
    this.#newest = tools.ticket;
  }

  /** What has to be shown when a ticket is asked for. */
  get newest(): string | undefined {
    return this.#newest;
  }

  /** Shows a newer one. If it is not good enough, the server ends the stay. Never rejects. */
  renew(ticket: string): Promise<RequestOutcome> {
    const queue = this.#queue;
    return queue.run(async () => {
      await this.#tools.wire.request('updatePermission', { privateMapKey: ticket });
      if (!queue.closed) this.taken(ticket);
    });
  }

  /** The server has taken a newer one. */
  taken(ticket: string): void {
    this.#newest = ticket;
    this.#tools.onRenewed();
  }

  /** The stay goes on in another room, which it entered with that one. What waits is for the room that was left. */
  changeRoom(ticket: string | undefined): void {
    this.#queue.close();
    this.#queue = new RequestQueue();
    this.#newest = ticket;
  }

  /** What was interrupted goes on. */
  resume(): void {
    this.#queue.resume();
  }

  close(): void {
    this.#queue.close();
  }
}
