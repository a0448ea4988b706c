import { describe, expect, it } from 'vitest';
import { BROWSER } from '../rooms/room.contract.ts';
import { anchor, audience, MembershipWorld, stay } from './membership-world.contract.ts';

const changes = (world: MembershipWorld) =>
  world.audienceChanges.map((change) => [
    change.type,
    change.sessionId,
    change.type === 'left' ? change.reason : '',
  ]);

describe('the comings and goings of the audience', () => {
  it('are told in order, with what is known of who came', async () => {
    const world = new MembershipWorld();
    const node = world.node();
    const entered = await node.enter(audience('ann'));
    await node.leave({ ...stay('ann'), reason: 'pageClosed' });
    await node.leave({ ...stay('ann'), reason: 'exited' });
    const incarnation = entered.ok ? entered.incarnation : '';
    expect(world.audienceChanges).toEqual([
      {
        type: 'entered',
        ...stay('ann'),
        incarnation,
        at: world.clock.now(),
        client: BROWSER,
        continues: null,
      },
      { type: 'left', ...stay('ann'), incarnation, at: world.clock.now(), reason: 'pageClosed' },
    ]);
  });

  it('are not those that the log tells of: anchors, changes of role, stays that somebody else ended', async () => {
    const world = await new MembershipWorld().watch();
    const node = world.node();
    await node.enter(anchor('host'));
    await node.enter(audience('ann'));
    await node.switchRole({ ...stay('ann'), role: 'anchor' });
    await node.switchRole({ ...stay('ann'), role: 'audience' });
    await node.enter(audience('ann', 2));
    await node.removeUsers(world.key, ['ann'], 'removed');
    await node.enter(audience('ben'));
    await node.dismiss(world.key);
    expect(changes(world)).toEqual([
      ['entered', 'ann-1', ''],
      ['entered', 'ann-2', ''],
      ['entered', 'ben-1', ''],
    ]);
    const left = world.entries.flatMap(({ events }) =>
      events.flatMap((event) => (event.type === 'left' ? [[event.sessionId, event.role, event.reason]] : [])),
    );
    expect(left).toEqual([
      ['ann-1', 'anchor', 'roleChanged'],
      ['ann-1', 'audience', 'replaced'],
      ['ann-2', 'audience', 'removed'],
      ['host-1', 'anchor', 'dismissed'],
    ]);
  });

  it('carry over a change of role what is known of the client', async () => {
    const world = new MembershipWorld();
    const node = world.node();
    const client = { ...BROWSER, device: 'a phone' };
    await node.enter({ ...audience('ann'), client });
    await node.switchRole({ ...stay('ann'), role: 'anchor' });
    const room = await world.room();
    expect(room.status === 'open' && room.members.get('ann')?.client).toEqual(client);
    await node.switchRole({ ...stay('ann'), role: 'audience' });
    expect((await world.audience()).map((entry) => entry.client)).toEqual([client]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('pair for each stay, whatever comes between (seed %i)', async (seed) => {
    const world = await new MembershipWorld(seed).watch();
    const nodes = [world.node('one'), world.node('two')] as const;
    await Promise.all([
      nodes[0].enter(audience('ann')).then(() => nodes[0].leave({ ...stay('ann'), reason: 'exited' })),
      nodes[1].enter(audience('ben')),
      nodes[0].removeUsers(world.key, ['ann', 'ben'], 'removed'),
      nodes[1].dismiss(world.key),
    ]);
    const open = new Set<string>();
    for (const change of world.audienceChanges) {
      if (change.type === 'entered') {
        expect(open.has(change.sessionId)).toBe(false);
        open.add(change.sessionId);
      } else expect(open.delete(change.sessionId)).toBe(true);
    }
  });
});
