import { FakeClock, silentLog } from '@rotunda/base';
import { NOT_BLOCKED, roomKey, type Blocked } from '@rotunda/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { Permission } from '../auth/permissions.ts';
import type { KeptStay, KeptStayStore } from '../store/kept-stays-port.ts';
import { KeptStays } from './kept-stays.ts';
import type { Link } from './link.ts';
import { Session } from './session.ts';
import { UserBlocks } from './user-blocks.ts';

const ALL: Blocked = { audio: true, video: true };
const [FREE_APP, STRICT_APP] = [1, 2];

/** A store that fails, or waits, when it is told to. */
class TroubledStore implements KeptStayStore {
  readonly saved: KeptStay[] = [];
  broken = false;
  gate: Promise<void> = Promise.resolve();

  async save(stays: readonly KeptStay[]): Promise<void> {
    await this.gate;
    if (this.broken) throw new Error('disk full');
    this.saved.push(...stays);
  }

  find = (origin: string) => Promise.resolve(this.saved.findLast((stay) => stay.origin === origin) ?? null);
}

let store: TroubledStore;
let clock: FakeClock;
let kept: KeptStays;
beforeEach(() => {
  store = new TroubledStore();
  clock = new FakeClock();
  const permissions = { requiredBy: (sdkAppId: number) => sdkAppId === STRICT_APP };
  kept = new KeptStays({ store, permissions, clock, log: silentLog });
});

function stay(over: { sdkAppId?: number; origin?: string } = {}): Session {
  const { sdkAppId = FREE_APP, origin = 's-1' } = over;
  const key = roomKey(sdkAppId, { roomId: 7 });
  const client = { terminal: 4, userType: 3, sdkVersion: null, device: null, address: null } as const;
  const identity = { stay: { key, userId: 'ann', sessionId: 's-2' }, origin, follows: null };
  const permission = new Permission(42);
  const link = { sendEvent: () => undefined } as unknown as Link;
  return new Session({ ...identity, scene: 0, role: 'anchor', permission, client, link });
}

describe('what holds for a stay', () => {
  it('is known at once by its origin, and on disk when it is said to be', async () => {
    const session = stay();
    session.setBlocked(ALL);
    kept.keep(session);
    const expected = { origin: 's-1', blocked: ALL, privileges: null, at: clock.now() };
    expect(store.saved).toEqual([]);
    expect(await kept.find('s-1')).toEqual(expected);
    expect(await kept.find('s-2')).toBeNull();
    await kept.durable();
    expect(store.saved).toEqual([expected]);
    expect(await kept.find('s-1')).toEqual(expected);
  });

  it('includes what it may do, where that takes a permission ticket', async () => {
    kept.keep(stay({ sdkAppId: STRICT_APP }));
    expect(await kept.find('s-1')).toMatchObject({ privileges: 42, blocked: NOT_BLOCKED });
    await kept.close();
  });

  it('is renewed with each token, within a second; of others nothing is written', async () => {
    const [session, other] = [stay(), stay({ origin: 's-9' })];
    kept.keep(session);
    await kept.durable();
    clock.advance(3_600_000);
    const at = clock.now();
    kept.renew(session);
    kept.renew(other);
    await clock.advanceAsync(1_000);
    expect(store.saved).toMatchObject([{ origin: 's-1' }, { origin: 's-1', at }]);
    expect(clock.pending).toBe(0);
  });

  it('that could not be written is known, and tried again', async () => {
    store.broken = true;
    kept.keep(stay());
    await expect(kept.durable()).rejects.toThrow('disk full');
    expect(await kept.find('s-1')).not.toBeNull();
    store.broken = false;
    await clock.advanceAsync(1_000);
    expect(store.saved).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });
});

describe('a block by the backend', () => {
  function blocks(session: Session): UserBlocks {
    const block = (_key: unknown, _userId: string, blocked: Blocked) => {
      session.setBlocked(blocked);
      kept.keep(session);
      return Promise.resolve({ ok: true as const, sessionId: 's-2' });
    };
    return new UserBlocks({ membership: { block }, directory: { find: () => session }, keptStays: kept });
  }

  it('is done only when it is on disk', async () => {
    let open = (): void => undefined;
    store.gate = new Promise((resolve) => (open = resolve));
    const session = stay();
    let done = false;
    const setting = blocks(session).set(session.key, 'ann', ALL);
    void setting.then(() => (done = true));
    await clock.advanceAsync(5_000);
    expect(done).toBe(false);
    open();
    expect(await setting).toEqual({ ok: true, sessionId: 's-2' });
    expect(store.saved).toMatchObject([{ blocked: ALL }]);
  });

  it('that cannot be written is an error, and holds all the same', async () => {
    store.broken = true;
    const session = stay();
    await expect(blocks(session).set(session.key, 'ann', ALL)).rejects.toThrow('disk full');
    expect(session.blocked).toEqual(ALL);
    await kept.close();
  });
});
