import type { Clock, Log } from '@rotunda/base';
import type { Permissions } from '../auth/permissions.ts';
import type { KeptStay, KeptStayStore } from '../store/kept-stays-port.ts';
import type { Session } from './session.ts';
import { WriteBehind } from './write-behind.ts';

/**
 * What holds for stays though their clients do not show it when they return: what backends keep them from sending, and what a
 * permission ticket said after the first resume token was given out. It is needed by those who return to a server that was
 * restarted, or to a room that has ended meanwhile. All is known at once, also while the store cannot take it.
 */
export class KeptStays {
  readonly #store: KeptStayStore;
  readonly #clock: Clock;
  readonly #permissions: Pick<Permissions, 'requiredBy'>;
  readonly #unsaved: WriteBehind<KeptStay>;
  /** Those that have something to be kept as long as they have tokens. */
  readonly #kept = new WeakSet<Session>();

  constructor(tools: {
    readonly store: KeptStayStore;
    readonly permissions: Pick<Permissions, 'requiredBy'>;
    readonly clock: Clock;
    readonly log: Log;
  }) {
    const { store, clock, log } = tools;
    this.#store = store;
    this.#clock = clock;
    this.#permissions = tools.permissions;
    const write = (stays: readonly KeptStay[]): Promise<void> => store.save(stays);
    this.#unsaved = new WriteBehind({ write, what: 'what holds for stays', clock, log });
  }

  /** What holds for the stay now has changed: written at once. */
  keep(session: Session): void {
    this.#kept.add(session);
    this.#set(session, { urgent: true });
  }

  /** The stay gets a new token: what holds for it is kept as long as that is good. */
  renew(session: Session): void {
    if (this.#kept.has(session)) this.#set(session, { urgent: false });
  }

  /** Resolves when all that has changed is on disk; rejects if it could not be written. */
  durable(): Promise<void> {
    return this.#unsaved.durable();
  }

  /** By the origin of a stay; null if nothing is kept of it. Rejects if the store cannot be read. */
  async find(origin: string): Promise<KeptStay | null> {
    return this.#unsaved.get(origin) ?? this.#store.find(origin);
  }

  /** Writes what waits. */
  close(): Promise<void> {
    return this.#unsaved.close();
  }

  #set({ origin, key, blocked, permission }: Session, how: { readonly urgent: boolean }): void {
    const privileges = this.#permissions.requiredBy(key.sdkAppId) ? permission.privileges : null;
    this.#unsaved.set(origin, { origin, blocked, privileges, at: this.#clock.now() }, how);
  }
}
