import type { FakeClock } from '@rotunda/base';
import type { RoomKey } from '@rotunda/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { testKey } from './commands.contract.ts';
import type { Membership } from './membership-port.ts';
import { anchor, audience, EMPTY_LIVE_ROOM, MembershipWorld, stay } from './membership-world.contract.ts';
import { Sweeper, type SweeperTools } from './sweeper.ts';

const INTERVAL = 500;
const GIVE_UP_AFTER = 15_000;

let world: MembershipWorld;
let membership: Membership;
let clock: FakeClock;
let errors: unknown[];
let sweepers: Sweeper[];

beforeEach(async () => {
  world = await new MembershipWorld().watch();
  membership = world.node();
  ({ clock } = world);
  errors = [];
  sweepers = [];
});
afterEach(() => {
  for (const sweeper of sweepers) sweeper.close();
  expect(clock.pending).toBe(0);
});

function start(more: Partial<SweeperTools> = {}): Sweeper {
  const { log, presence } = world;
  const crossRooms = world.crossRooms();
  const onError = (error: unknown): void => void errors.push(error);
  const tools = { log, presence, membership, crossRooms, clock, intervalMs: INTERVAL, onError, ...more };
  const sweeper = new Sweeper(tools);
  sweeper.start();
  sweepers.push(sweeper);
  return sweeper;
}

async function lose(userId: string): Promise<void> {
  const giveUpAt = clock.now() + GIVE_UP_AFTER;
  await membership.lost({ ...stay(userId), giveUpAt, ifGivenUp: 'timedOut' });
}

describe('the sweeper', () => {
  test('gives up lost stays of either role within a second of their deadline, and nobody else', async () => {
    for (const request of [anchor('eve'), anchor('ann'), audience('bob'), audience('cid')]) {
      await membership.enter(request);
    }
    start();
    await lose('ann');
    await lose('bob');
    await clock.advanceAsync(GIVE_UP_AFTER - 1);
    expect(world.endings()).toEqual([]);
    await clock.advanceAsync(1_000);
    expect(world.endings()).toEqual([
      { sessionId: 'ann-1', reason: 'timedOut' },
      { sessionId: 'bob-1', reason: 'timedOut' },
    ]);
    expect(await world.memberSessions()).toEqual(['eve-1']);
    expect(await world.audienceSessions()).toEqual(['cid-1']);
  });

  test('gives up at the deadline, not at the next interval, who was lost on this node', async () => {
    await membership.enter(anchor('eve'));
    await membership.enter(anchor('ann'));
    await membership.enter(audience('bob'));
    const sweeper = start({ intervalMs: 10 * GIVE_UP_AFTER });
    world.onDeadline = (at) => sweeper.wakeAt(at);
    await lose('ann');
    await lose('bob');
    await clock.advanceAsync(GIVE_UP_AFTER - 1);
    expect(world.endings()).toEqual([]);
    await clock.advanceAsync(2);
    expect(world.endings()).toHaveLength(2);
  });

  test('is told of a deadline while it sweeps, and does not forget it', async () => {
    await membership.enter(anchor('eve'));
    await membership.enter(audience('bob'));
    let late = (): void => undefined;
    const slow: Pick<Membership, 'giveUpAudience'> = {
      giveUpAudience: async (due) => {
        await new Promise<void>((resolve) => (late = resolve));
        await membership.giveUpAudience(due);
      },
    };
    const sweeper = start({ membership: slow, intervalMs: 10 * GIVE_UP_AFTER });
    world.onDeadline = (at) => sweeper.wakeAt(at);
    await lose('bob');
    await clock.advanceAsync(100);
    await lose('eve');
    await clock.advanceAsync(GIVE_UP_AFTER + 2);
    expect(world.endings()).toEqual([]);
    late();
    await clock.advanceAsync(500);
    expect(world.endings()).toHaveLength(2);
  });

  test('leaves alone who came back in time', async () => {
    for (const request of [anchor('ann'), audience('bob')]) await membership.enter(request);
    start();
    for (const userId of ['ann', 'bob']) {
      await lose(userId);
      await clock.advanceAsync(GIVE_UP_AFTER - 1_000);
      await membership.resumed(stay(userId));
    }
    await clock.advanceAsync(5 * GIVE_UP_AFTER);
    expect(world.endings()).toEqual([]);
  });

  test('ends a room whose members are all given up', async () => {
    await membership.enter(anchor('ann'));
    start();
    await lose('ann');
    await clock.advanceAsync(GIVE_UP_AFTER + 1_000);
    expect(await world.room()).toMatchObject({ status: 'absent' });
  });

  test('ends a live room ten minutes after its audience left, within a second', async () => {
    await membership.enter(audience('bob'));
    await membership.leave({ ...stay('bob'), reason: 'exited' });
    start();
    await clock.advanceAsync(EMPTY_LIVE_ROOM - 1, 10_000);
    expect(await world.room()).toMatchObject({ status: 'open' });
    await clock.advanceAsync(1_000);
    expect(await world.room()).toMatchObject({ status: 'absent' });
  });

  test('of several nodes give each stay up once', async () => {
    for (const request of [anchor('eve'), anchor('ann'), audience('bob')]) await membership.enter(request);
    for (let node = 0; node < 3; node++) start({ membership: world.node() });
    await lose('ann');
    await lose('bob');
    await clock.advanceAsync(GIVE_UP_AFTER + 1_000);
    expect(world.endings()).toHaveLength(2);
    expect(errors).toEqual([]);
  });

  test('reports what fails, sweeps the rest, and tries again', async () => {
    for (const request of [anchor('eve'), audience('ann'), audience('bob')]) await membership.enter(request);
    let failing = true;
    const broken = new Error('the log cannot be reached');
    const flaky: Pick<Membership, 'giveUpAudience'> = {
      giveUpAudience: (due) =>
        failing && due.userId === 'ann' ? Promise.reject(broken) : membership.giveUpAudience(due),
    };
    start({ membership: flaky });
    await lose('ann');
    await lose('bob');
    await clock.advanceAsync(GIVE_UP_AFTER + INTERVAL);
    expect(await world.audienceSessions()).toEqual(['ann-1']);
    expect(errors).toContain(broken);
    failing = false;
    await clock.advanceAsync(INTERVAL);
    expect(await world.audienceSessions()).toEqual([]);
  });

  test('compares linked rooms, also when one of them cannot be', async () => {
    const keys = [testKey('one'), testKey('two')];
    const compared: string[] = [];
    const repair = async ({ id }: RoomKey): Promise<void> => {
      compared.push(id);
      if (id === 'one') throw new Error('unreachable');
    };
    const { log } = world;
    const due = log.due.bind(log);
    start({
      log: { due, commit: log.commit.bind(log), linkedRooms: async () => keys },
      crossRooms: { repair },
    });
    await clock.advanceAsync(INTERVAL);
    expect(compared).toEqual(['one', 'two']);
    expect(errors).toHaveLength(1);
  });

  test('goes on when asking what is due fails, and when reporting it does', async () => {
    await membership.enter(anchor('eve'));
    await membership.enter(audience('bob'));
    let reported = 0;
    const unreachable = (): Promise<never> => Promise.reject(new Error('unreachable'));
    const onError = (): void => {
      reported += 1;
      throw new Error('the reporter broke');
    };
    const linkedRooms = (): Promise<[]> => Promise.resolve([]);
    start({ log: { due: unreachable, commit: unreachable, linkedRooms }, onError });
    await lose('bob');
    await clock.advanceAsync(GIVE_UP_AFTER + INTERVAL);
    expect(reported).toBeGreaterThan(1);
    expect(await world.audienceSessions()).toEqual([]);
  });
});

describe('a closed sweeper', () => {
  test('has no timer, and does nothing more', async () => {
    await membership.enter(anchor('ann'));
    const sweeper = start();
    await lose('ann');
    sweeper.wakeAt(clock.now() + GIVE_UP_AFTER);
    expect(clock.pending).toBe(2);
    sweeper.close();
    sweeper.close();
    expect(clock.pending).toBe(0);
    await clock.advanceAsync(2 * GIVE_UP_AFTER);
    expect(await world.memberSessions()).toEqual(['ann-1']);
  });

  test('leaves the sweep that it was in', async () => {
    for (const request of [anchor('eve'), audience('ann'), audience('bob')]) await membership.enter(request);
    const sweeper = start({
      membership: {
        giveUpAudience: (due) => {
          sweeper.close();
          return membership.giveUpAudience(due);
        },
      },
    });
    await lose('ann');
    await lose('bob');
    await clock.advanceAsync(2 * GIVE_UP_AFTER);
    expect(world.endings()).toHaveLength(1);
  });
});
