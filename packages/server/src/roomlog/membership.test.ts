import { beforeEach, describe, expect, test } from 'vitest';
import { CALL } from './commands.contract.ts';
import type { EnterRequest, Membership } from './membership-port.ts';
import { anchor, audience, EMPTY_LIVE_ROOM, MembershipWorld, stay } from './membership-world.contract.ts';

let world: MembershipWorld;
let membership: Membership;

beforeEach(async () => {
  world = await new MembershipWorld().watch();
  membership = world.node();
});

async function enterAll(...requests: EnterRequest[]): Promise<void> {
  for (const request of requests) expect(await membership.enter(request)).toMatchObject({ ok: true });
}

const members = (): Promise<string[]> => world.memberSessions();
const audienceSessions = (): Promise<string[]> => world.audienceSessions();

describe('entering', () => {
  test('gives the room with the one who entered', async () => {
    const outcome = await membership.enter({ ...anchor('ann'), scene: CALL });
    expect(outcome).toMatchObject({ ok: true, incarnation: 'life-1' });
    expect(outcome.ok && outcome.room.members.has('ann')).toBe(true);
  });

  test('as audience of a live room is in the index, and nobody is told', async () => {
    await enterAll(anchor('ann'), audience('bob'));
    expect(await audienceSessions()).toEqual(['bob-1']);
    expect(await world.room()).toMatchObject({ audience: 'present' });
    expect(world.told()).toEqual(['userEntered ann-1']);
  });

  test('as audience of a call room is entering like everybody', async () => {
    await enterAll({ ...audience('ann'), scene: CALL });
    expect(await members()).toEqual(['ann-1']);
    expect(await world.room()).toMatchObject({ audience: 'none' });
  });

  test('can be tried without doing it', async () => {
    expect(await membership.refusalOf(anchor('bob'))).toBeNull();
    expect(await world.room()).toMatchObject({ status: 'absent' });
    await enterAll(anchor('ann'));
    expect(await membership.refusalOf({ ...anchor('bob'), scene: CALL })).toEqual({
      error: 'ERR_SERVER_INFO_BAD_SCENE_OR_ROLE',
    });
    expect(await membership.refusalOf(audience('bob'))).toBeNull();
    expect(await members()).toEqual(['ann-1']);
    expect(await audienceSessions()).toEqual([]);
  });

  test('without creating is refused where there is no room, also when it is only tried', async () => {
    for (const request of [anchor('bob'), audience('bob')]) {
      const joinOnly = { ...request, joinOnly: true };
      const refusal = { error: 'ERR_ROOM_NOT_EXIST' };
      expect(await membership.refusalOf(joinOnly)).toEqual(refusal);
      expect(await membership.enter(joinOnly)).toEqual({ ok: false, refusal });
      expect(await world.room()).toMatchObject({ status: 'absent' });
    }
    await enterAll(anchor('ann'), { ...audience('bob'), joinOnly: true });
    expect(await audienceSessions()).toEqual(['bob-1']);
  });

  test('with a scene of the other kind is refused and leaves nothing behind', async () => {
    await enterAll(anchor('ann'));
    const refusal = { error: 'ERR_SERVER_INFO_BAD_SCENE_OR_ROLE' };
    expect(await membership.enter({ ...anchor('bob'), scene: CALL })).toEqual({ ok: false, refusal });
    expect(await members()).toEqual(['ann-1']);
  });

  test('ends an earlier stay of the same user, whatever the two roles', async () => {
    await enterAll(anchor('eve'), anchor('ann', 1), audience('ann', 2), audience('ann', 3), anchor('ann', 4));
    await enterAll(anchor('ann', 5));
    expect(await members()).toEqual(['eve-1', 'ann-5']);
    expect(await audienceSessions()).toEqual([]);
    expect(world.endings()).toEqual(
      [1, 2, 3, 4].map((nth) => ({ sessionId: `ann-${nth}`, reason: 'replaced' })),
    );
  });

  test('again with the same session changes nothing', async () => {
    for (const request of [anchor('ann'), audience('bob')]) await enterAll(request, request);
    expect(await members()).toEqual(['ann-1']);
    expect(await audienceSessions()).toEqual(['bob-1']);
    expect(world.endings()).toEqual([]);
  });

  test('by itself after a lost link ends the stay that it continues, not as replaced', async () => {
    await enterAll(anchor('eve'), audience('ann', 1), { ...audience('ann', 2), continues: 'ann-1' });
    await enterAll({ ...anchor('ann', 3), continues: 'ann-2' });
    expect(world.endings()).toEqual([
      { sessionId: 'ann-1', reason: 'timedOut' },
      { sessionId: 'ann-2', reason: 'timedOut' },
    ]);
  });

  test('by itself never ends a stay that the user began elsewhere meanwhile', async () => {
    await enterAll(anchor('eve'), anchor('ann', 2), audience('bob', 2));
    const refused = { ok: false, refusal: { error: 'ERR_ROOM_USER_WAS_DELETED' } };
    for (const role of ['anchor', 'audience'] as const) {
      expect(await membership.enter({ ...anchor('ann', 3), role, continues: 'ann-1' })).toEqual(refused);
      expect(await membership.enter({ ...anchor('bob', 3), role, continues: 'bob-1' })).toEqual(refused);
    }
    expect(await members()).toEqual(['eve-1', 'ann-2']);
    expect(await audienceSessions()).toEqual(['bob-2']);
  });

  test('right after a dismissal works at once, in a new incarnation', async () => {
    await enterAll(anchor('ann'), audience('bob'));
    expect(await membership.dismiss(world.key)).toMatchObject({ ok: true });
    expect(await membership.enter(audience('bob', 2))).toMatchObject({ ok: true, incarnation: 'life-3' });
    expect(await audienceSessions()).toEqual(['bob-2']);
  });
});

describe('leaving', () => {
  test('ends a stay of either role, once', async () => {
    await enterAll(anchor('eve'), anchor('ann'), audience('bob'));
    const ended: boolean[] = [];
    for (const userId of ['ann', 'bob', 'ann', 'bob'])
      ended.push(await membership.leave({ ...stay(userId), reason: 'exited' }));
    expect(ended).toEqual([true, true, false, false]);
    expect(await members()).toEqual(['eve-1']);
    expect(await audienceSessions()).toEqual([]);
    expect(await world.room()).toMatchObject({ status: 'open', audience: 'none' });
    expect(world.endings()).toEqual([{ sessionId: 'ann-1', reason: 'exited' }]);
  });

  test('of an old session does not touch the new one', async () => {
    await enterAll(anchor('ann', 1), anchor('ann', 2), audience('bob', 1), audience('bob', 2));
    for (const userId of ['ann', 'bob']) await membership.leave({ ...stay(userId, 1), reason: 'exited' });
    expect(await members()).toEqual(['ann-2']);
    expect(await audienceSessions()).toEqual(['bob-2']);
  });

  test('of the last one, an anchor, ends the room', async () => {
    await enterAll(audience('bob'), anchor('ann'));
    await membership.leave({ ...stay('bob'), reason: 'exited' });
    await membership.leave({ ...stay('ann'), reason: 'exited' });
    expect(await world.room()).toMatchObject({ status: 'absent' });
  });

  test('of the last one, of the audience, ends the room ten minutes later', async () => {
    await enterAll(anchor('ann'), audience('bob'));
    await membership.leave({ ...stay('ann'), reason: 'exited' });
    expect(await world.room()).toMatchObject({ status: 'open', dissolveAt: null });
    await membership.leave({ ...stay('bob'), reason: 'exited' });
    const dissolveAt = world.clock.now() + EMPTY_LIVE_ROOM;
    expect(await world.room()).toMatchObject({ status: 'open', audience: 'none', dissolveAt });
    await enterAll(audience('cid'));
    expect(await world.room()).toMatchObject({ audience: 'present', dissolveAt: null });
  });
});
