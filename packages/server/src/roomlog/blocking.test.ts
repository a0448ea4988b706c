import { NOT_BLOCKED, type Blocked } from '@rotunda/protocol';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { blockOf } from '../rooms/blocks.ts';
import type { Membership } from './membership-port.ts';
import { anchor, audience, MembershipWorld, stay } from './membership-world.contract.ts';

const ALL: Blocked = { audio: true, video: true };

let world: MembershipWorld;
let membership: Membership;

beforeEach(async () => {
  world = await new MembershipWorld().watch();
  membership = world.node();
});

async function blocked(sessionId: string, of = world): Promise<Blocked> {
  const room = await of.room();
  return room.status === 'open' ? blockOf(room, sessionId) : NOT_BLOCKED;
}

describe('blocking a user', () => {
  it('names the stay, of either role', async () => {
    await membership.enter(anchor('ann'));
    await membership.enter(audience('bob'));
    expect(await membership.block(world.key, 'ann', ALL)).toEqual({ ok: true, sessionId: 'ann-1' });
    expect(await membership.block(world.key, 'bob', ALL)).toEqual({ ok: true, sessionId: 'bob-1' });
    expect(await blocked('ann-1')).toEqual(ALL);
    expect(await blocked('bob-1')).toEqual(ALL);
  });

  it('is confirmed when it is repeated', async () => {
    await membership.enter(anchor('eve'));
    await membership.enter(audience('bob'));
    for (const userId of ['eve', 'bob', 'eve', 'bob']) {
      const outcome = await membership.block(world.key, userId, ALL);
      expect(outcome).toEqual({ ok: true, sessionId: `${userId}-1` });
    }
  });

  it('is refused for who is not there, and where there is no room', async () => {
    expect(await membership.block(world.key, 'ann', ALL)).toEqual({ ok: false, refusal: 'roomNotExist' });
    await membership.enter(anchor('ann'));
    expect(await membership.block(world.key, 'bob', ALL)).toEqual({ ok: false, refusal: 'userNotExist' });
  });

  it('holds when an audience member becomes anchor, and ends when it leaves', async () => {
    await membership.enter(anchor('ann'));
    await membership.enter(audience('bob'));
    await membership.block(world.key, 'bob', ALL);
    await membership.switchRole({ ...stay('bob'), role: 'anchor' });
    const stream = { source: 'video', streamId: 'v', muted: false } as const;
    await membership.publish({ ...stay('bob'), stream });
    const room = await world.room();
    expect(room.status === 'open' && room.members.get('bob')?.streams.get('video')).toEqual({
      ...stream,
      blocked: true,
    });
    await membership.switchRole({ ...stay('bob'), role: 'audience' });
    expect(await blocked('bob-1')).toEqual(ALL);
    await membership.leave({ ...stay('bob'), reason: 'exited' });
    expect(room.status === 'open' && (await world.room())).toMatchObject({ blocks: new Map() });
  });

  it('ends with an audience stay that is given up, unless that is continued', async () => {
    await membership.enter(anchor('ann'));
    await membership.enter(audience('bob'));
    await membership.block(world.key, 'bob', ALL);
    await membership.lost({ ...stay('bob'), giveUpAt: 1_000, ifGivenUp: 'timedOut' });
    const room = await world.room();
    const incarnation = room.status === 'open' ? room.incarnation : '';
    await membership.giveUpAudience({ ...stay('bob'), incarnation });
    await membership.enter({ ...audience('bob', 2), continues: 'bob-1' });
    expect(await blocked('bob-2')).toEqual(ALL);
    await membership.enter(audience('bob', 3));
    expect(await blocked('bob-3')).toEqual(NOT_BLOCKED);
  });

  it('of a user who changes its role meanwhile hits, whatever the order', async () => {
    const order = fc.record({ seed: fc.integer({ min: 1, max: 2 ** 31 }), first: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(order, async ({ seed, first }) => {
        const slow = new MembershipWorld(seed);
        const [one, two] = [slow.node('one'), slow.node('two')];
        await one.enter(anchor('ann'));
        await one.enter(first ? audience('bob') : anchor('bob'));
        const [outcome] = await Promise.all([
          two.block(slow.key, 'bob', ALL),
          one.switchRole({ ...stay('bob'), role: first ? 'anchor' : 'audience' }),
        ]);
        expect(outcome).toEqual({ ok: true, sessionId: 'bob-1' });
        expect(await blocked('bob-1', slow)).toEqual(ALL);
      }),
      { numRuns: 100 },
    );
  });
});
