import { describe, expect, it } from 'vitest';
import type { MemberMessage } from '@rotunda/protocol';
import type { ServerEvent } from '../signal/channel.ts';
import { RemoteUsers } from './remote-users.ts';

function createUsers() {
  const users = new RemoteUsers();
  const told: string[] = [];
  users.events.on('userEntered', (userId) => told.push(`entered ${userId}`));
  users.events.on('userLeft', (userId, reason) => told.push(`left ${userId} ${reason}`));
  users.events.on('available', (userId, source, available) => told.push(`${userId} ${source} ${available}`));
  const snapshot = (version: number, members: readonly MemberMessage[], incarnation = 'one'): void =>
    users.applySnapshot({ incarnation, version, members: [...members] });
  const event = (name: ServerEvent['name'], data: object, version: number, incarnation = 'one'): void =>
    users.apply({ name, data, room: { incarnation, version }, ack: null } as ServerEvent);
  return { users, snapshot, event, take: () => told.splice(0) };
}

const bob = (...streams: MemberMessage['streams']): MemberMessage => ({
  userId: 'bob',
  sessionId: 's1',
  streams,
});
const video = { source: 'video', streamId: 'v1', muted: false } as const;
const audio = { source: 'audio', streamId: 'a1', muted: false } as const;
const sub = { source: 'sub', streamId: 'x1', muted: false } as const;
const id = { userId: 'bob', sessionId: 's1' };

describe('RemoteUsers', () => {
  it('tells who is there, then what they publish', () => {
    const { snapshot, take } = createUsers();
    snapshot(3, [bob(audio, video)]);
    expect(take()).toEqual(['entered bob', 'bob video true', 'bob audio true']);
  });

  it('drops what the snapshot contains already, or belongs to another life of the room', () => {
    const { snapshot, event, take } = createUsers();
    snapshot(3, [bob()]);
    take();
    event('streamStarted', { ...id, ...video }, 3);
    event('streamStarted', { ...id, ...video }, 9, 'another');
    expect(take()).toEqual([]);
    event('streamStarted', { ...id, ...video }, 4);
    event('streamStarted', { ...id, ...audio }, 4);
    expect(take()).toEqual(['bob video true', 'bob audio true']);
  });

  it('tells the end of each stream before the leave, in the documented order', () => {
    const { snapshot, event, take } = createUsers();
    snapshot(3, [bob(sub, audio, video)]);
    take();
    event('userLeft', { ...id, reason: 2 }, 4);
    expect(take()).toEqual(['bob video false', 'bob audio false', 'bob sub false', 'left bob 2']);
  });

  it('counts a muted stream as not available, but keeps it', () => {
    const { users, snapshot, event, take } = createUsers();
    snapshot(1, [bob({ ...video, muted: true })]);
    expect(take()).toEqual(['entered bob']);
    expect(users.streamId('bob', 'video')).toBe('v1');
    event('streamMuted', { ...id, ...video, muted: false }, 2);
    event('streamMuted', { ...id, ...video, muted: true }, 3);
    event('streamStopped', { ...id, source: 'video', streamId: 'v1' }, 4);
    expect(take()).toEqual(['bob video true', 'bob video false']);
  });

  it('ignores late words about an earlier stay or an earlier stream', () => {
    const { snapshot, event, take } = createUsers();
    snapshot(1, [bob(video)]);
    take();
    event('userLeft', { ...id, sessionId: 'old', reason: 1 }, 2);
    event('streamStopped', { ...id, source: 'video', streamId: 'old' }, 3);
    expect(take()).toEqual([]);
  });

  it('lets a newer stay of the same user continue silently, but for its streams', () => {
    const { snapshot, event, take } = createUsers();
    snapshot(1, [bob(video)]);
    take();
    event('userEntered', { userId: 'bob', sessionId: 's2' }, 2);
    event('userLeft', { ...id, reason: 0 }, 3);
    expect(take()).toEqual(['bob video false']);
  });

  it('tells the differences of a later snapshot only', () => {
    const { snapshot, take } = createUsers();
    snapshot(1, [bob(video), { userId: 'carol', sessionId: 's3', streams: [audio] }]);
    take();
    snapshot(9, [bob({ ...video, streamId: 'v2' }, audio), { userId: 'dave', sessionId: 's4', streams: [] }]);
    expect(take()).toEqual(['carol audio false', 'left carol 1', 'bob audio true', 'entered dave']);
  });

  it('says nothing about others when it is cleared, even in the middle of a snapshot', () => {
    const { users, snapshot, take } = createUsers();
    users.events.on('userEntered', () => users.clear());
    snapshot(1, [bob(video), { userId: 'carol', sessionId: 's3', streams: [] }]);
    expect(take()).toEqual(['entered bob']);
    expect(users.userIds).toEqual([]);
  });
});
