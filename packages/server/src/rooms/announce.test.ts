import { TRTCAppScene, type LeaveReason } from '@rotunda/protocol';
import { describe, expect, it } from 'vitest';
import { ABSENT, commitEvents } from './apply.ts';
import { announce, snapshotMembers } from './announce.ts';
import { decide } from './decide.ts';
import type { Command, LogEntry, RoomState } from './model.ts';
import { BROWSER } from './room.contract.ts';

const key = { sdkAppId: 1, kind: 'string', id: 'hall' } as const;

function commit(state: RoomState, command: Command): LogEntry {
  const decision = decide(state, command);
  const entry = decision.ok ? commitEvents(key, state, decision.events) : null;
  if (!entry) throw new Error(`nothing to commit for ${command.type}`);
  return entry;
}

const enter = (
  userId: string,
  sessionId: string,
  more: Partial<Extract<Command, { type: 'enter' }>> = {},
): Command => ({
  type: 'enter',
  at: 1,
  userId,
  sessionId,
  nodeId: 'n1',
  scene: TRTCAppScene.TRTCAppSceneLIVE,
  role: 'anchor',
  client: BROWSER,
  incarnation: 'i1',
  ...more,
});
const leave = (userId: string, sessionId: string, reason: LeaveReason): Command => {
  return { type: 'leave', at: 1, userId, sessionId, reason };
};

/** Ann publishes sound, Bob is there too. */
function studio(): RoomState {
  const commands: Command[] = [
    enter('ann', 'a1'),
    enter('bob', 'b1'),
    {
      type: 'publish',
      at: 1,
      userId: 'ann',
      sessionId: 'a1',
      stream: { source: 'audio', streamId: 's', muted: true },
    },
  ];
  return commands.reduce((state, command) => commit(state, command).state, ABSENT);
}

const names = (entry: LogEntry): string[] => announce(entry).told.map(({ name }) => name);

describe('what peers are told', () => {
  it.each([
    ['exited', 0],
    ['timedOut', 1],
    ['processGone', 1],
    ['removed', 2],
    ['pageClosed', 0],
  ] as const)('of a leave by %s: the streams stop, then the user leaves with %i', (reason, code) => {
    const { told, ended } = announce(commit(studio(), leave('ann', 'a1', reason)));
    expect(told).toEqual([
      {
        name: 'streamStopped',
        about: 'ann',
        data: { userId: 'ann', sessionId: 'a1', source: 'audio', streamId: 's' },
      },
      { name: 'userLeft', about: 'ann', data: { userId: 'ann', sessionId: 'a1', reason: code } },
    ]);
    expect(ended).toEqual([{ sessionId: 'a1', reason }]);
  });

  it('of a replaced stay: only that its streams stopped', () => {
    const entry = commit(studio(), enter('ann', 'a2'));
    expect(names(entry)).toEqual(['streamStopped']);
    expect(announce(entry).ended).toEqual([{ sessionId: 'a1', reason: 'replaced' }]);
  });

  it('of an anchor who entered again as audience: that it became audience', () => {
    const { told } = announce(commit(studio(), enter('ann', 'a2', { role: 'audience' })));
    expect(told.at(-1)).toMatchObject({ name: 'userLeft', data: { sessionId: 'a1', reason: 3 } });
  });

  it('of a return after the stay was given up: an enter', () => {
    const gone = commit(studio(), leave('ann', 'a1', 'timedOut')).state;
    expect(names(commit(gone, enter('ann', 'a2', { continues: 'a1' })))).toEqual(['userEntered']);
  });

  it('of a return before the stay was given up: nothing but stopped streams', () => {
    const entry = commit(studio(), enter('ann', 'a2', { continues: 'a1' }));
    expect(names(entry)).toEqual(['streamStopped']);
    expect(announce(entry).ended).toEqual([{ sessionId: 'a1', reason: 'timedOut' }]);
  });

  it('of a dismissed room: nothing', () => {
    const announcement = announce(commit(studio(), { type: 'dismiss', at: 1 }));
    expect(announcement.told).toEqual([]);
    expect(announcement.ended.map(({ reason }) => reason)).toEqual(['dismissed', 'dismissed']);
    expect(announcement.dissolved).toEqual({ incarnation: 'i1', reason: 'dismissed' });
  });

  it('of an audience member: nothing, though its stay ends', () => {
    const audience = [{ userId: 'cy', sessionId: 'c1' }];
    const entry = commit(studio(), { type: 'evict', at: 1, reason: 'removed', userIds: [], audience });
    expect(announce(entry)).toMatchObject({ told: [], ended: [{ sessionId: 'c1', reason: 'removed' }] });
  });

  it('of a role change: a leave with 3 that ends no stay, and an enter back', () => {
    const stay = { userId: 'ann', sessionId: 'a1', nodeId: 'n1', client: BROWSER };
    const change = { type: 'switchRole', at: 1, ...stay } as const;
    const left = commit(studio(), { ...change, role: 'audience', incarnation: 'i1' });
    expect(announce(left).told.at(-1)).toMatchObject({ name: 'userLeft', data: { reason: 3 } });
    expect(announce(left).ended).toEqual([]);
    expect(names(commit(left.state, { ...change, role: 'anchor', incarnation: 'i1' }))).toEqual([
      'userEntered',
    ]);
  });
});

describe('a snapshot', () => {
  it('has every member but oneself, with its streams', () => {
    const state = studio();
    if (state.status !== 'open') throw new Error('the room is absent');
    expect(snapshotMembers(state, 'bob')).toEqual([
      { userId: 'ann', sessionId: 'a1', streams: [{ source: 'audio', streamId: 's', muted: true }] },
    ]);
    expect(snapshotMembers(state, 'ann').map(({ userId }) => userId)).toEqual(['bob']);
  });
});
