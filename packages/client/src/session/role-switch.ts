import {
  effectiveRole,
  type TRTCAppScene,
  type TRTCRoleType,
  type TransportMessage,
} from '@rotunda/protocol';
import type { PermissionTicket } from './permission-ticket.ts';
import { RequestQueue, type RequestOutcome } from './request-queue.ts';
import type { Wire } from './wire.ts';

export interface RoleRequest {
  readonly role: TRTCRoleType;
  readonly privateMapKey?: string;
}

/** The role of one stay. Changes are made one after the other, and finished after a lost link. */
export class RoleSwitch {
  readonly #wire: Wire;
  readonly #scene: TRTCAppScene;
  readonly #permission: Pick<PermissionTicket, 'newest' | 'taken'>;
  readonly #onChanged: (send: TransportMessage | undefined) => void;
  readonly #queue = new RequestQueue();
  #role: TRTCRoleType;

  constructor(tools: {
    wire: Wire;
    scene: TRTCAppScene;
    role: TRTCRoleType;
    permission: Pick<PermissionTicket, 'newest' | 'taken'>;
    onChanged(send: TransportMessage | undefined): void;
  }) {
    this.#wire = tools.wire;
    this.#scene = tools.scene;
    this.#role = tools.role;
    this.#permission = tools.permission;
    this.#onChanged = (send) => tools.onChanged(send);
  }

  /** As the server has it. */
  get role(): TRTCRoleType {
    return this.#role;
  }

  get mayPublish(): boolean {
    return effectiveRole(this.#scene, this.#role) === 'anchor';
  }

  /** Who becomes an anchor shows a permission ticket: a newer one, or the one that it has. Never rejects. */
  change({ role, privateMapKey }: RoleRequest): Promise<RequestOutcome> {
    return this.#queue.run(async () => {
      const rises = !this.mayPublish && effectiveRole(this.#scene, role) === 'anchor';
      const shown = privateMapKey ?? (rises ? this.#permission.newest : undefined);
      const { send } = await this.#wire.request('switchRole', {
        role,
        ...(shown ? { privateMapKey: shown } : {}),
      });
      if (this.#queue.closed) return;
      this.#role = role;
      this.#onChanged(send);
      if (privateMapKey) this.#permission.taken(privateMapKey);
    });
  }

  /** The server told the role in a snapshot; what was interrupted goes on. */
  resume(role: TRTCRoleType): void {
    this.#role = role;
    this.#queue.resume();
  }

  close(): void {
    this.#queue.close();
  }
}
