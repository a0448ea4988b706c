import { TRTCError, type Source } from '@rotunda/protocol';
import type { OutgoingMessage } from '../messages/stay-messages.ts';
import type { CrossRoom } from './cross-room.ts';
import type { PermissionTicket } from './permission-ticket.ts';
import type { RequestOutcome } from './request-queue.ts';
import type { RoleRequest } from './role-switch.ts';
import type { SwitchRequest } from './room-switch.ts';
import type { Stay } from './stay.ts';

export interface CurrentRoomTools {
  /** Null while there is none. */
  stay(): Stay | null;
  /** Never synchronously. */
  onSwitchRefused(error: TRTCError): void;
}

/** What can be asked and done in the room where the user is. Without one nobody is there, and nothing is done. */
export class CurrentRoom {
  readonly #tools: CurrentRoomTools;

  constructor(tools: CurrentRoomTools) {
    this.#tools = tools;
  }

  /** Also while the link is down, or another room was asked for. */
  get entered(): boolean {
    return this.#stay?.inRoom ?? false;
  }

  get pendingRequests(): number {
    return this.#stay?.pendingRequests ?? 0;
  }

  /** Others in the room, as announced. */
  has(userId: string): boolean {
    return this.#stay?.room.users.has(userId) ?? false;
  }

  isAvailable(userId: string, source: Source): boolean {
    return this.#stay?.room.users.available(userId, source) ?? false;
  }

  /** Resolves when the server has answered, also across a lost link; null when there is no stay. */
  async switchRole(request: RoleRequest): Promise<RequestOutcome | null> {
    return this.#open?.room.role.change(request) ?? null;
  }

  /** Devices and previews stay as they are. `switched` tells how it went, never synchronously; nothing does if the stay ends first. */
  switchRoom(request: SwitchRequest): void {
    const stay = this.#open;
    if (stay?.switching.request(request)) return;
    const message = stay ? 'too many switches of rooms are waiting' : 'enter a room first';
    const error = new TRTCError('ERR_REFUSED', message);
    void Promise.resolve().then(() => this.#tools.onSwitchRefused(error));
  }

  /** What the user may do in the room; null when there is no stay. */
  get permission(): PermissionTicket | null {
    return this.#open?.room.permission ?? null;
  }

  /** Links with anchors of other rooms; null when there is no stay. */
  get crossRoom(): CrossRoom | null {
    return this.#open?.room.crossRoom ?? null;
  }

  /** To everybody else in the room. @returns whether it is on its way; see {@link StayMessages.send}. */
  sendMessage(message: OutgoingMessage): boolean {
    return this.#stay?.room.messages.send(message) ?? false;
  }

  get #stay(): Stay | null {
    return this.#tools.stay();
  }

  /** Null also when the stay is closed for new work. */
  get #open(): Stay | null {
    const stay = this.#stay;
    return stay?.open ? stay : null;
  }
}
