import { beforeEach, describe, expect, test } from 'vitest';
import { CALL } from './commands.contract.ts';
import type { EnterRequest, Membership } from './membership-port.ts';
import { anchor, audience, MembershipWorld, stay } from './membership-world.contract.ts';

let world: MembershipWorld;
let membership: Membership;

beforeEach(async () => {
  world = await new MembershipWorld().watch();
  membership = world.node();
});

async function enterAll(...requests: EnterRequest[]): Promise<void> {
  for (const request of requests) expect(await membership.enter(request)).toMatchObject({ ok: true });
}

async function linkOf(userId: string): Promise<unknown> {
  const room = await world.room();
  const member = room.status === 'open' ? room.members.get(userId) : undefined;
  return (member ?? (await world.audience()).find((entry) => entry.userId === userId))?.link;
}

const deadline = { giveUpAt: 16_000, ifGivenUp: 'processGone' } as const;

describe('changing the role', () => {
  test('to anchor is an enter for the others, to audience a leave; nobody is in both', async () => {
    await enterAll(anchor('eve'), audience('ann'));
    expect(await membership.switchRole({ ...stay('ann'), role: 'anchor' })).toMatchObject({ ok: true });
    expect(await world.memberSessions()).toEqual(['eve-1', 'ann-1']);
    expect(await world.audienceSessions()).toEqual([]);
    expect(await world.room()).toMatchObject({ audience: 'none' });
    expect(await membership.switchRole({ ...stay('ann'), role: 'audience' })).toMatchObject({ ok: true });
    expect(await world.memberSessions()).toEqual(['eve-1']);
    expect(await world.audienceSessions()).toEqual(['ann-1']);
    expect(await world.room()).toMatchObject({ audience: 'present' });
    expect(world.told()).toEqual(['userEntered eve-1', 'userEntered ann-1', 'userLeft ann-1']);
    expect(world.endings()).toEqual([]);
  });

  test('twice is like once', async () => {
    await enterAll(anchor('eve'), audience('ann'));
    for (const role of ['anchor', 'anchor', 'audience', 'audience'] as const) {
      expect(await membership.switchRole({ ...stay('ann'), role })).toMatchObject({ ok: true });
    }
    expect(world.told()).toEqual(['userEntered eve-1', 'userEntered ann-1', 'userLeft ann-1']);
    expect(await world.audienceSessions()).toEqual(['ann-1']);
  });

  test('of the only one in the room does not end it', async () => {
    await enterAll(anchor('ann'));
    for (const role of ['audience', 'anchor'] as const) {
      expect(await membership.switchRole({ ...stay('ann'), role })).toMatchObject({ ok: true });
    }
    expect(world.incarnations()).toEqual(['life-1']);
    expect(await world.room()).toMatchObject({ status: 'open', dissolveAt: null, audience: 'none' });
  });

  test('means nothing in a call room', async () => {
    await enterAll({ ...anchor('ann'), scene: CALL });
    for (const role of ['audience', 'anchor'] as const) {
      expect(await membership.switchRole({ ...stay('ann'), role })).toMatchObject({ ok: true });
    }
    expect(await world.memberSessions()).toEqual(['ann-1']);
    expect(await world.room()).toMatchObject({ audience: 'none' });
    expect(await world.presence.list(world.key, 'life-1')).toEqual([]);
  });

  test('of a stay that is over, was replaced or never was is refused and leaves nothing behind', async () => {
    await enterAll(anchor('eve'), audience('ann', 1), audience('ann', 2), anchor('bob', 1), anchor('bob', 2));
    await membership.leave({ ...stay('ann', 2), reason: 'exited' });
    for (const over of [stay('ann', 1), stay('ann', 2), stay('bob', 1), stay('cid')]) {
      for (const role of ['anchor', 'audience'] as const) {
        expect(await membership.switchRole({ ...over, role })).toMatchObject({ ok: false });
      }
    }
    expect(await world.memberSessions()).toEqual(['eve-1', 'bob-2']);
    expect(await world.audienceSessions()).toEqual([]);
    await membership.dismiss(world.key);
    expect(await membership.switchRole({ ...stay('bob', 2), role: 'audience' })).toMatchObject({ ok: false });
    expect(await world.room()).toMatchObject({ status: 'absent' });
  });
});

describe('a lost link', () => {
  test('is noted where the stay is, and gone when it resumes', async () => {
    await enterAll(anchor('ann'), audience('bob'));
    for (const userId of ['ann', 'bob']) {
      await membership.lost({ ...stay(userId), ...deadline });
      expect(await linkOf(userId)).toEqual({ state: 'lost', ...deadline });
      expect(await membership.resumed(stay(userId))).toMatchObject({ status: 'open' });
      expect(await linkOf(userId)).toEqual({ state: 'up' });
    }
  });

  test('keeps its deadline over a change of the role', async () => {
    await enterAll(anchor('eve'), audience('ann'));
    await membership.lost({ ...stay('ann'), ...deadline });
    for (const role of ['anchor', 'audience', 'anchor'] as const) {
      expect(await membership.switchRole({ ...stay('ann'), role })).toMatchObject({ ok: true });
      expect(await linkOf('ann')).toEqual({ state: 'lost', ...deadline });
    }
  });

  test('lost again is given up at the earlier of the two deadlines', async () => {
    await enterAll(anchor('ann'), audience('bob'));
    for (const userId of ['ann', 'bob']) {
      for (const giveUpAt of [9_000, 7_000, 8_000]) {
        await membership.lost({ ...stay(userId), ...deadline, giveUpAt });
      }
      expect(await linkOf(userId)).toMatchObject({ giveUpAt: 7_000 });
    }
  });

  test('resumed on another node is served by that one', async () => {
    await enterAll(anchor('ann'), audience('bob'));
    const other = world.node('other');
    for (const userId of ['ann', 'bob']) {
      await membership.lost({ ...stay(userId), ...deadline });
      expect(await other.resumed(stay(userId))).toMatchObject({ status: 'open' });
    }
    const room = await world.room();
    expect(room.status === 'open' && room.members.get('ann')?.nodeId).toBe('other');
    expect(await world.audience()).toMatchObject([{ userId: 'bob', nodeId: 'other' }]);
  });

  test('of a stay that is over cannot resume', async () => {
    await enterAll(anchor('eve'), anchor('ann', 1), anchor('ann', 2), audience('bob'));
    await membership.leave({ ...stay('bob'), reason: 'exited' });
    for (const over of [stay('ann', 1), stay('bob'), stay('cid')]) {
      await membership.lost({ ...over, ...deadline });
      expect(await membership.resumed(over)).toBeNull();
    }
    expect(await linkOf('ann')).toEqual({ state: 'up' });
  });

  test('in the audience is given up when it is due, and not before', async () => {
    await enterAll(anchor('ann'), audience('bob'));
    const due = { ...stay('bob'), incarnation: 'life-1' };
    await membership.giveUpAudience(due);
    await membership.lost({ ...stay('bob'), ...deadline });
    await membership.giveUpAudience(due);
    expect(await world.audienceSessions()).toEqual(['bob-1']);
    world.clock.advance(deadline.giveUpAt - world.clock.now());
    await Promise.all([membership.giveUpAudience(due), membership.giveUpAudience(due)]);
    expect(await world.audienceSessions()).toEqual([]);
    expect(world.endings()).toEqual([{ sessionId: 'bob-1', reason: 'processGone' }]);
    expect(await world.room()).toMatchObject({ audience: 'none' });
  });
});
