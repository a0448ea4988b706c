import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConsumerMessage, MemberMessage } from '@rotunda/protocol';
import type { RotundaServer } from '../index.ts';
import { WireClient, cloudApi, enterSpeaker, startTestServer } from './wire.contract.ts';

const FAST = {
  heartbeat: 100,
  linkDead: 1000,
  firstRetry: 200,
  giveUp: 1500,
  goingAway: 500,
  toldBudget: 500,
};
const LIVE = 1;
const HERE = { roomId: 31 };
const THERE = { roomId: 32 };

let server: RotundaServer;
const clients: WireClient[] = [];

function client(): WireClient {
  const made = new WireClient(server);
  clients.push(made);
  return made;
}

type Told = readonly [string, unknown?];

/** What a client was told of one user: names of events, with the source of a stream or the reason of a leave. */
function toldOf(wire: WireClient, userId: string): Told[] {
  return wire.events.flatMap(({ name, data }): Told[] => {
    const about = data as { userId?: string; source?: string; reason?: number };
    if (about.userId !== userId) return [];
    const detail = about.source ?? about.reason;
    return [detail === undefined ? [name] : [name, detail]];
  });
}

/** An anchor and a viewer in each of two live rooms; the anchors have their microphones open. */
async function twoRooms() {
  const una = client();
  const vic = client();
  const ann = await enterSpeaker(client(), 'ann', { room: HERE, scene: LIVE });
  const bea = await enterSpeaker(client(), 'bea', { room: THERE, scene: LIVE });
  await una.enter('una', { room: HERE, scene: LIVE, role: 21 });
  await vic.enter('vic', { room: THERE, scene: LIVE, role: 21 });
  await ann.publish('audio', 11);
  await bea.publish('audio', 22);
  return { ann, bea, una, vic };
}

const BEA = { room: THERE, userId: 'bea' };
const CAME: Told[] = [['userEntered'], ['streamStarted', 'audio']];
const left = (reason: number): Told[] => [
  ['streamStopped', 'audio'],
  ['userLeft', reason],
];

async function linked() {
  const rooms = await twoRooms();
  expect(await rooms.ann.wire.request('connectRoom', BEA)).toMatchObject({ type: 'response', result: {} });
  return rooms;
}

beforeAll(async () => {
  server = await startTestServer({ timers: FAST });
});
afterAll(() => server.close());
afterEach(async () => {
  for (const made of clients.splice(0)) made.socket.terminate();
  await expect
    .poll(() => server.counts())
    .toMatchObject({ sessions: 0, rooms: 0, connections: 0, transports: 0, routers: 0 });
});

describe('connecting rooms', () => {
  it('tells both rooms of the other anchor and its streams, whom each can receive', async () => {
    const { ann, bea, una, vic } = await linked();
    for (const wire of [ann.wire, una]) await expect.poll(() => toldOf(wire, 'bea')).toEqual(CAME);
    for (const wire of [bea.wire, vic]) {
      // Of its own anchor each room has known before.
      await expect.poll(() => toldOf(wire, 'ann')).toEqual(CAME);
      const request = { userId: 'ann', source: 'audio', layer: 'big' };
      const answer = await wire.request('subscribe', request);
      expect(answer).toMatchObject({ type: 'response' });
      const { consumerId } = (answer as { result: ConsumerMessage }).result;
      expect(await wire.request('resumeConsumer', { consumerId })).toMatchObject({ type: 'response' });
    }
  });

  it('shows the guest to whoever enters later', async () => {
    await linked();
    const { members } = await client().enter('late', { room: THERE, scene: LIVE });
    const streams = [expect.objectContaining({ source: 'audio' }) as MemberMessage['streams'][number]];
    expect(members.map(({ userId }) => userId).toSorted()).toEqual(['ann', 'bea']);
    expect(members).toContainEqual(expect.objectContaining({ userId: 'ann', streams }));
  });

  it('shows in the other room what the anchor publishes and mutes while it is linked', async () => {
    const { ann, vic } = await linked();
    await ann.publish('video', 33);
    await ann.wire.request('mute', { source: 'video', muted: true });
    await ann.wire.request('unpublish', { source: 'video' });
    await expect
      .poll(() => toldOf(vic, 'ann'))
      .toEqual([...CAME, ['streamStarted', 'video'], ['streamMuted', 'video'], ['streamStopped', 'video']]);
  });

  it('keeps custom messages in the room of their sender', async () => {
    const { ann, una, vic } = await linked();
    const message = { cmdId: 1, seq: 1, reliable: true, data: 'aGk=' };
    expect(await ann.wire.request('customMessage', message)).toMatchObject({ type: 'response' });
    await una.event('customMessage');
    expect(toldOf(vic, 'ann')).toEqual(CAME);
  });

  it.each([
    ['an audience member', { ...BEA }, 21, -3330],
    ['a room that does not exist', { ...BEA, room: { roomId: 39 } }, 20, -102046],
    ['a user who is not there', { ...BEA, userId: 'nobody' }, 20, -102048],
    ['a user in the audience', { ...BEA, userId: 'vic' }, 20, -102048],
    ['the own room', { room: HERE, userId: 'ann' }, 20, -3328],
    ['the other kind of room id', { ...BEA, room: { strRoomId: '32' } }, 20, -102031],
    ['a bad room id', { ...BEA, room: { roomId: 0 } }, 20, -3318],
  ])('is refused for %s', async (_case, params, role, code) => {
    await twoRooms();
    const asking = client();
    await asking.enter('zoe', { room: HERE, scene: LIVE, role });
    expect(await asking.request('connectRoom', params)).toMatchObject({ type: 'error', code });
    if (role === 21) expect(await asking.request('disconnectRoom', {})).toMatchObject({ code });
  });

  it('is refused outside of a room', async () => {
    expect(await client().request('connectRoom', BEA)).toMatchObject({ type: 'error', code: -3 });
    expect(await client().request('disconnectRoom', {})).toMatchObject({ type: 'error', code: -3 });
  });
});

describe('a link ends', () => {
  type Rooms = Awaited<ReturnType<typeof twoRooms>>;
  const ends: readonly (readonly [string, (rooms: Rooms) => unknown])[] = [
    ['disconnects', ({ ann }) => ann.wire.request('disconnectRoom', {})],
    ['is disconnected by the other', ({ bea }) => bea.wire.request('disconnectRoom', {})],
    ['exits', ({ ann }) => ann.wire.request('exit', {})],
    ['becomes audience', ({ ann }) => ann.wire.request('switchRole', { role: 21 })],
    ['is gone', ({ ann }) => ann.wire.socket.terminate()],
    ['is removed', () => cloudApi(server, 'RemoveUser', { RoomId: HERE.roomId, UserIds: ['ann'] })],
    ['has its room dismissed', () => cloudApi(server, 'DismissRoom', { RoomId: HERE.roomId })],
    ['enters again', () => client().enter('ann', { room: HERE, scene: LIVE })],
  ];

  it.each(ends)(
    'when an anchor %s: the other room sees its streams end, then one leave',
    async (_how, end) => {
      const rooms = await linked();
      await end(rooms);
      for (const wire of [rooms.bea.wire, rooms.vic]) {
        await expect.poll(() => toldOf(wire, 'ann')).toEqual([...CAME, ...left(0)]);
      }
      expect(rooms.bea.wire.events.map(({ name }) => name)).not.toContain('ended');
      expect(
        await rooms.bea.wire.request('connectRoom', { room: { roomId: 39 }, userId: 'x' }),
      ).toMatchObject({
        code: -102046,
      });
    },
  );

  it('when a guest is removed from the room that it is a guest of, where it counts as removed', async () => {
    const { ann, bea, una, vic } = await linked();
    expect(
      await cloudApi(server, 'RemoveUser', { RoomId: THERE.roomId, UserIds: ['ann'] }),
    ).not.toHaveProperty('Error');
    for (const wire of [bea.wire, vic]) {
      await expect.poll(() => toldOf(wire, 'ann')).toEqual([...CAME, ...left(2)]);
    }
    for (const wire of [ann.wire, una]) {
      await expect.poll(() => toldOf(wire, 'bea')).toEqual([...CAME, ...left(0)]);
    }
    expect(await ann.wire.request('mute', { source: 'audio', muted: true })).toMatchObject({
      type: 'response',
    });
  });
});

describe('an anchor that lost its link', () => {
  it('and returns in time is still linked', async () => {
    const { ann, vic } = await linked();
    ann.wire.answering = false;
    ann.wire.socket.terminate();
    const answer = await client().resume(ann.snapshot, 'ann');
    expect(answer).toMatchObject({ result: { members: [{ userId: 'bea' }] } });
    expect(toldOf(vic, 'ann')).toEqual(CAME);
  });

  it('and returns too late is not', async () => {
    const { ann, vic } = await linked();
    ann.wire.socket.terminate();
    await expect.poll(() => toldOf(vic, 'ann')).toEqual([...CAME, ...left(0)]);
    const answer = await client().resume(ann.snapshot, 'ann');
    expect(answer).toMatchObject({ result: { members: [] } });
  });
});
