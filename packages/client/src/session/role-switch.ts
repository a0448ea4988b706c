import {
  TRTCError,
  effectiveRole,
  type TRTCAppScene,
  type TRTCRoleType,
  type TransportMessage,
} from '@rotunda/protocol';
import { RequestRefusedError, SignalClosedError } from '../signal/errors.ts';
import { Reconciler } from './reconciler.ts';
import type { Wire } from './wire.ts';

/** `code` 0: done. Cancelled when the stay ended first. */
export type RoleOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly code: number; readonly message: string }
  | { readonly kind: 'cancelled' };

export interface RoleRequest {
  readonly role: TRTCRoleType;
  readonly privateMapKey?: string;
}

interface Waiting extends RoleRequest {
  settle(outcome: RoleOutcome): void;
}

/** How many changes may wait; more is a mistake of the caller. */
const MAX_WAITING = 16;

/** The role of one stay. Changes are made one after the other, and finished after a lost link. */
export class RoleSwitch {
  readonly #wire: Wire;
  readonly #scene: TRTCAppScene;
  readonly #onChanged: (send: TransportMessage | undefined) => void;
  readonly #waiting: Waiting[] = [];
  readonly #reconciler: Reconciler;
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
    this.#reconciler = new Reconciler(
      () => this.#step(),
      () => undefined,
    );
  }

  /** As the server has it. */
  get role(): TRTCRoleType {
    return this.#role;
  }

  get mayPublish(): boolean {
    return effectiveRole(this.#scene, this.#role) === 'anchor';
  }

  /** Never rejects. */
  change(request: RoleRequest): Promise<RoleOutcome> {
    if (this.#reconciler.closed) return Promise.resolve({ kind: 'cancelled' });
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.resolve(refused(new TRTCError('ERR_REFUSED', 'too many role changes are waiting')));
    }
    return new Promise((settle) => {
      this.#waiting.push({ ...request, settle });
      this.#reconciler.request();
    });
  }

  /** The server told the role in a snapshot; what was interrupted goes on. */
  resume(role: TRTCRoleType): void {
    this.#role = role;
    this.#reconciler.request();
  }

  close(): void {
    this.#reconciler.close();
    for (const waiting of this.#waiting.splice(0)) waiting.settle({ kind: 'cancelled' });
  }

  async #step(): Promise<void> {
    const next = this.#waiting[0];
    if (!next) return;
    try {
      const { role, privateMapKey } = next;
      const { send } = await this.#wire.request('switchRole', {
        role,
        ...(privateMapKey ? { privateMapKey } : {}),
      });
      if (this.#reconciler.closed) return;
      this.#role = role;
      this.#onChanged(send);
      this.#settle(next, { kind: 'done' });
    } catch (error) {
      // Whether it was carried out is unknown: asked again when the link is back.
      if (error instanceof SignalClosedError || this.#reconciler.closed) return;
      this.#settle(next, refused(error));
    }
    this.#reconciler.request();
  }

  #settle(waiting: Waiting, outcome: RoleOutcome): void {
    this.#waiting.shift();
    waiting.settle(outcome);
  }
}

function refused(error: unknown): RoleOutcome {
  const known = error instanceof RequestRefusedError || error instanceof TRTCError;
  const { code, message } = known ? error : new TRTCError('ERR_FAILED');
  return { kind: 'refused', code, message };
}
