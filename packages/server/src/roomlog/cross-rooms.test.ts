import { TRTC_ERRORS, TRTCRemoteLeaveReason, type RoomKey } from '@rotunda/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { announce } from '../rooms/announce.ts';
import type { RoomState, OwnStream } from '../rooms/model.ts';
import { CALL, testKey } from './commands.contract.ts';
import type { CrossRooms } from './cross-rooms.ts';
import type { EnterRequest, Membership, StayRef } from './membership-port.ts';
import { anchor, MembershipWorld, stay } from './membership-world.contract.ts';
import { Sweeper } from './sweeper.ts';

const ONE = stay('').key;
const TWO = testKey('two');
const THREE = testKey('three');
const ann = stay('ann');
const bea = { ...stay('bea'), key: TWO };
const cid = { ...stay('cid'), key: THREE };

let world: MembershipWorld;
let membership: Membership;
let crossRooms: CrossRooms;

beforeEach(async () => {
  world = await new MembershipWorld().watch(TWO, THREE);
  membership = world.node();
  crossRooms = world.crossRooms();
  for (const { key, userId } of [ann, bea, cid]) await enter({ ...anchor(userId), key });
});

async function enter(request: EnterRequest): Promise<void> {
  expect(await membership.enter(request)).toMatchObject({ ok: true });
}

async function connect(from: StayRef, to: StayRef): Promise<number> {
  const outcome = await crossRooms.connect(from, to);
  return outcome.ok ? 0 : TRTC_ERRORS[outcome.refusal.error].code;
}

function publish(from: StayRef, stream: Partial<OwnStream> = {}): Promise<unknown> {
  const published: OwnStream = { source: 'video', streamId: `v-${from.sessionId}`, muted: false, ...stream };
  return membership.publish({ ...from, stream: published });
}

async function guestsIn(key: RoomKey): Promise<string[]> {
  return guestsOf(await world.room(key));
}

function guestsOf(state: RoomState): string[] {
  return state.status === 'open' ? [...state.guests.keys()] : [];
}

/** What those in a room were told of one user, with the reason of a leave. */
function toldOf(userId: string, key: RoomKey): unknown[] {
  return world.entries
    .filter((entry) => entry.key.id === key.id)
    .flatMap((entry) => announce(entry).told)
    .filter(({ data }) => data.userId === userId)
    .map(({ name, data }) => ('reason' in data ? `${name} ${data.reason}` : name));
}

async function repairAll(): Promise<void> {
  for (const key of await world.log.linkedRooms()) await crossRooms.repair(key);
}

describe('connecting', () => {
  test('shows each room the anchor of the other, with its streams', async () => {
    await publish(ann);
    expect(await connect(ann, bea)).toBe(0);
    expect(toldOf('ann', TWO)).toEqual(['userEntered', 'streamStarted']);
    expect(toldOf('bea', ONE)).toEqual(['userEntered']);
    expect(await guestsIn(ONE)).toEqual(['bea']);
    expect(await guestsIn(TWO)).toEqual(['ann']);
  });

  test('tells nobody anything when it is asked for again, from either side', async () => {
    expect(await connect(ann, bea)).toBe(0);
    const told = [world.told(ONE), world.told(TWO)];
    expect(await connect(ann, bea)).toBe(0);
    expect(await connect(bea, ann)).toBe(0);
    expect([world.told(ONE), world.told(TWO)]).toEqual(told);
  });

  test('links one anchor with several rooms, which do not see each other', async () => {
    expect(await connect(ann, bea)).toBe(0);
    expect(await connect(ann, cid)).toBe(0);
    expect((await guestsIn(ONE)).toSorted()).toEqual(['bea', 'cid']);
    expect(await guestsIn(TWO)).toEqual(['ann']);
    expect(await guestsIn(THREE)).toEqual(['ann']);
  });

  test.each<readonly [string, StayRef, StayRef, number]>([
    ['the room where it is', ann, { ...ann, userId: 'zoe' }, -3328],
    ['a room of the other kind of id', ann, { ...bea, key: { ...TWO, kind: 'number', id: '2' } }, -102031],
    ['a room that does not exist', ann, { ...bea, key: testKey('none') }, -102046],
    ['a user who is not in the other room', ann, { ...bea, userId: 'cid' }, -102048],
    ['a stay that is over', { ...ann, sessionId: 'ann-0' }, bea, -3330],
  ])('is refused to %s, before anybody is told', async (_what, from, to, code) => {
    const { length } = world.entries;
    expect(await connect(from, to)).toBe(code);
    expect(world.entries).toHaveLength(length);
  });

  test('is refused when either room has somebody of that name, before anybody is told', async () => {
    await enter({ ...anchor('bea', 2), key: ONE });
    await enter({ ...anchor('cid', 2), key: TWO });
    const { length } = world.entries;
    expect(await connect(ann, bea), 'the own room has another bea').toBe(-102044);
    expect(await connect(cid, bea), 'the other room has another cid').toBe(-102044);
    expect(world.entries).toHaveLength(length);
  });

  test('joins rooms of different scenes', async () => {
    await membership.leave({ ...cid, reason: 'exited' });
    await enter({ ...anchor('cid', 2), key: THREE, scene: CALL });
    expect(await connect(ann, cid)).toBe(0);
  });
});

describe('while linked', () => {
  test('the other room sees streams come, go and be muted, in order', async () => {
    await connect(ann, bea);
    await publish(bea);
    await membership.mute({ ...bea, source: 'video', muted: true });
    await publish(bea, { streamId: 'v2' });
    await membership.unpublish({ ...bea, streamId: 'v2' });
    const streams = ['streamStarted', 'streamMuted', 'streamStopped', 'streamStarted', 'streamStopped'];
    expect(toldOf('bea', ONE)).toEqual(['userEntered', ...streams]);
  });

  test('an anchor that is away for a moment stays linked', async () => {
    await connect(ann, bea);
    await membership.lost({ ...ann, giveUpAt: world.clock.now() + 100, ifGivenUp: 'timedOut' });
    await membership.resumed(ann);
    expect(await guestsIn(TWO)).toEqual(['ann']);
  });
});

describe('a link ends for both rooms', () => {
  const { exited, removed } = TRTCRemoteLeaveReason;
  const lose = async (): Promise<void> => {
    const at = world.clock.now();
    await membership.lost({ ...ann, giveUpAt: at, ifGivenUp: 'timedOut' });
    await world.log.commit(ONE, { type: 'tick', at });
  };
  const ends: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['who asked for it disconnects', () => crossRooms.disconnect(ann)],
    ['whom it was asked of disconnects', () => crossRooms.disconnect(bea)],
    ['an anchor exits', () => membership.leave({ ...ann, reason: 'exited' })],
    ['an anchor moves to another room', () => membership.leave({ ...ann, reason: 'switchedRoom' })],
    ['an anchor is removed', () => membership.removeUsers(ONE, ['ann'], 'removed')],
    ['an anchor is dismissed', () => membership.dismiss(ONE)],
    ['an anchor does not come back', lose],
    ['an anchor becomes audience', () => membership.switchRole({ ...ann, role: 'audience' })],
    ['an anchor enters again', () => enter(anchor('ann', 2))],
    ['the other room is dismissed', () => membership.dismiss(TWO)],
  ];

  test.each(ends)('when %s', async (_how, end) => {
    await enter(anchor('una'));
    await enter({ ...anchor('vic'), key: TWO });
    await publish(ann);
    await publish(bea);
    await connect(ann, bea);
    await end();
    expect(await guestsIn(ONE)).toEqual([]);
    expect(await guestsIn(TWO)).toEqual([]);
    const whole = ['userEntered', 'streamStarted', 'streamStopped', `userLeft ${exited}`];
    for (const [userId, key] of [
      ['ann', TWO],
      ['bea', ONE],
    ] as const) {
      const isOver = (await world.room(key)).status === 'absent';
      expect(toldOf(userId, key)).toEqual(isOver ? whole.slice(0, 2) : whole);
    }
  });

  test('when a guest is removed from the room that it is a guest of; it stays where it is at home', async () => {
    await publish(ann);
    await connect(ann, bea);
    await connect(ann, cid);
    const outcome = await membership.removeUsers(TWO, ['ann'], 'removed');
    expect(outcome).toEqual({ ok: true, sessionIds: [] });
    expect(toldOf('ann', TWO)).toEqual([
      'userEntered',
      'streamStarted',
      'streamStopped',
      `userLeft ${removed}`,
    ]);
    expect(toldOf('bea', ONE)).toEqual(['userEntered', `userLeft ${exited}`]);
    expect(await guestsIn(ONE)).toEqual(['cid']);
    expect(await world.memberSessions()).toEqual(['ann-1']);
    expect(world.endings()).toEqual([]);
  });

  test('and others of the same anchor go on', async () => {
    await connect(ann, bea);
    await connect(ann, cid);
    await membership.leave({ ...bea, reason: 'exited' });
    expect(await guestsIn(ONE)).toEqual(['cid']);
    expect(await guestsIn(THREE)).toEqual(['ann']);
  });

  test('and keeps no room alive', async () => {
    await connect(ann, bea);
    await membership.leave({ ...bea, reason: 'exited' });
    expect((await world.room(TWO)).status).toBe('absent');
    expect(await world.log.linkedRooms()).toEqual([]);
  });
});

describe('what a room did not learn', () => {
  /** As if the node had died between the two commits. */
  async function loseNews(change: () => Promise<unknown>): Promise<void> {
    const { log } = world;
    const commit = log.commit.bind(log);
    let commits = 0;
    log.commit = (key, command) => (++commits > 1 ? Promise.reject(new Error('gone')) : commit(key, command));
    await change();
    log.commit = commit;
  }

  test('of an end is put right by the sweeper', async () => {
    await connect(ann, bea);
    await loseNews(() => membership.leave({ ...ann, reason: 'exited' }));
    expect(await guestsIn(TWO)).toEqual(['ann']);
    expect(world.failures).toHaveLength(1);
    const onError = (error: unknown): void => void world.failures.push(error);
    const { log, presence, clock } = world;
    const tools = { log, presence, clock, membership, crossRooms, intervalMs: 100 };
    const sweeper = new Sweeper({ ...tools, onError });
    sweeper.start();
    await world.clock.advanceAsync(100);
    await expect.poll(() => guestsIn(TWO)).toEqual([]);
    sweeper.close();
    expect(world.failures).toHaveLength(1);
  });

  test('of a stream is put right', async () => {
    await connect(ann, bea);
    await loseNews(() => publish(ann));
    expect(toldOf('ann', TWO)).toEqual(['userEntered']);
    await repairAll();
    expect(toldOf('ann', TWO)).toEqual(['userEntered', 'streamStarted']);
  });

  test('is nothing, and nothing is committed, when all is well', async () => {
    await publish(ann);
    await connect(ann, bea);
    const { length } = world.entries;
    await repairAll();
    world.clock.advance(60_000);
    await repairAll();
    expect(world.entries).toHaveLength(length);
  });

  test('of a link whose other half was never made is ended after a while', async () => {
    await loseNews(() => crossRooms.connect(ann, bea).catch(() => undefined));
    expect(await guestsIn(TWO)).toEqual(['ann']);
    await repairAll();
    expect(await guestsIn(TWO), 'it may be being made').toEqual(['ann']);
    world.clock.advance(60_000);
    await repairAll();
    expect(await guestsIn(TWO)).toEqual([]);
  });
});
