import {
  effectiveRole,
  type TRTCAppScene,
  type TRTCRoleType,
  type TransportMessage,
} from '@rotunda/protocol';
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
  readonly #onChanged: (send: TransportMessage | undefined) => void;
  readonly #queue = new RequestQueue();
  #role: TRTCRoleType;

  constructor(tools: {
    wire: Wire;
    scene: TRTCAppScene;
    role: TRTCRoleType;
    onChanged(send: TransportMessage | undefined): void;
  }) {
    this.#wire = tools.wire;
    this.#scene = tools.scene;
    this.#role = tools.role;
    this.#onChanged = (send) => tools.onChanged(send);
  }

  /** As the server has it. */
  get role(): TRTCRoleType {
    return this.#role;
  }

  get mayPublish(): boolean {
    return effectiveRole(this.#scene, this.#role) === 'anchor';
  }

  /** Never rejects. */
  change({ role, privateMapKey }: RoleRequest): Promise<RequestOutcome> {
    return this.#queue.run(async () => {
      const { send } = await this.#wire.request('switchRole', {
        role,
        ...(privateMapKey ? { privateMapKey } : {}),
      });
      if (this.#queue.closed) return;
      this.#role = role;
      this.#onChanged(send);
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
