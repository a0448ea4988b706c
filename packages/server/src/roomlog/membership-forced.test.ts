import { beforeEach, describe, expect, test } from 'vitest';
import type { EnterRequest, Membership } from './membership-port.ts';
import { anchor, audience, EMPTY_LIVE_ROOM, MembershipWorld } from './membership-world.contract.ts';

let world: MembershipWorld;
let membership: Membership;

beforeEach(async () => {
  world = await new MembershipWorld().watch();
  membership = world.node();
});

async function enterAll(...requests: EnterRequest[]): Promise<void> {
  for (const request of requests) expect(await membership.enter(request)).toMatchObject({ ok: true });
}

describe('removing users', () => {
  test('ends their stays of either role, and names the sessions that were hit', async () => {
    await enterAll(anchor('eve'), anchor('ann'), audience('bob'), audience('cid'));
    const outcome = await membership.removeUsers(world.key, ['ann', 'bob', 'bob', 'nobody'], 'removed');
    expect(outcome).toEqual({ ok: true, sessionIds: ['ann-1', 'bob-1'] });
    expect(await world.memberSessions()).toEqual(['eve-1']);
    expect(await world.audienceSessions()).toEqual(['cid-1']);
    expect(world.endings()).toEqual([
      { sessionId: 'ann-1', reason: 'removed' },
      { sessionId: 'bob-1', reason: 'removed' },
    ]);
    expect(world.told()).toEqual(['userEntered eve-1', 'userEntered ann-1', 'userLeft ann-1']);
  });

  test('who are not in the room is done already', async () => {
    await enterAll(anchor('eve'));
    const outcome = await membership.removeUsers(world.key, ['nobody'], 'removed');
    expect(outcome).toEqual({ ok: true, sessionIds: [] });
    expect(world.endings()).toEqual([]);
  });

  test('of whom the last was an anchor ends the room; an audience keeps it for ten minutes', async () => {
    await enterAll(anchor('ann'));
    await membership.removeUsers(world.key, ['ann'], 'removed');
    expect(await world.room()).toMatchObject({ status: 'absent' });
    await enterAll(anchor('ann'), audience('bob'));
    await membership.removeUsers(world.key, ['ann', 'bob'], 'removed');
    const dissolveAt = world.clock.now() + EMPTY_LIVE_ROOM;
    expect(await world.room()).toMatchObject({ status: 'open', audience: 'none', dissolveAt });
  });

  test('does not keep them from entering again', async () => {
    await enterAll(anchor('eve'), audience('ann', 1));
    await membership.removeUsers(world.key, ['ann'], 'removed');
    await enterAll(audience('ann', 2));
    expect(await world.audienceSessions()).toEqual(['ann-2']);
  });

  test('from a room that is not there is refused', async () => {
    const refused = { ok: false, refusal: 'roomNotExist' };
    expect(await membership.removeUsers(world.key, ['ann'], 'removed')).toEqual(refused);
    expect(await membership.dismiss(world.key)).toEqual(refused);
  });
});

describe('dismissing', () => {
  test('ends the room and names everybody who was in it; the index keeps nobody', async () => {
    await enterAll(anchor('ann'), audience('bob'), audience('cid'));
    const outcome = await membership.dismiss(world.key);
    expect(outcome).toEqual({ ok: true, sessionIds: ['ann-1', 'bob-1', 'cid-1'] });
    expect(await world.room()).toMatchObject({ status: 'absent' });
    expect(await world.presence.list(world.key, 'life-1')).toEqual([]);
    expect(await membership.dismiss(world.key)).toMatchObject({ ok: false });
  });

  test('of concurrent dismissals one finds the room', async () => {
    await enterAll(anchor('ann'));
    const outcomes = await Promise.all([1, 2, 3].map(() => world.node().dismiss(world.key)));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
  });
});
