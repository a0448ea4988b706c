import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SnapshotMessage } from '@rotunda/protocol';
import type { RotundaServer } from '../index.ts';
import { WireClient, cloudApi, startTestServer, ticket } from './wire.contract.ts';

const FAST = {
  heartbeat: 100,
  linkDead: 1000,
  firstRetry: 200,
  giveUp: 1500,
  goingAway: 500,
  toldBudget: 500,
};
const HERE = { roomId: 21 };
const THERE = { roomId: 22 };

let server: RotundaServer;
const clients: WireClient[] = [];

function client(): WireClient {
  const made = new WireClient(server);
  clients.push(made);
  return made;
}

async function switchRoom(from: WireClient, over: object = {}): Promise<ReturnType<WireClient['request']>> {
  const { routerRtpCapabilities } = (await from.frame(({ type }) => type === 'welcome')) as never;
  const params = { room: THERE, userSig: ticket('bob'), rtpCapabilities: routerRtpCapabilities };
  return from.request('switchRoom', { ...params, ...over });
}

/** Ann is here, carl is there, and bob is about to go. */
async function bobHere(over: object = {}): Promise<{ ann: WireClient; bob: WireClient; carl: WireClient }> {
  const [ann, bob, carl] = [client(), client(), client()];
  await ann.enter('ann', { room: HERE, ...over });
  await carl.enter('carl', { room: THERE, ...over });
  await bob.enter('bob', { room: HERE, ...over });
  await ann.event('userEntered');
  return { ann, bob, carl };
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

describe('switching rooms', () => {
  it('tells the old room of a leave and the new one of an enter, and gives new transports', async () => {
    const { ann, bob, carl } = await bobHere();
    const answer = await switchRoom(bob);
    const snapshot = (answer as { result: SnapshotMessage }).result;
    expect(snapshot.members.map(({ userId }) => userId)).toEqual(['carl']);
    expect(snapshot.transports?.send).toBeDefined();
    expect((await ann.event('userLeft')).data).toMatchObject({ userId: 'bob', reason: 0 });
    expect((await carl.event('userEntered')).data).toMatchObject({
      userId: 'bob',
      sessionId: snapshot.sessionId,
    });
    expect(bob.events, 'bob is told of no end').toEqual([]);
    expect((await bob.request('exit', {})).type).toBe('response');
    expect((await carl.event('userLeft')).data).toMatchObject({ userId: 'bob', reason: 0 });
    expect(ann.events.map(({ name }) => name)).toEqual(['userEntered', 'userLeft']);
  });

  it('commits the leave before the enter', async () => {
    const watcher = client();
    await watcher.enter('ann', { room: HERE });
    const bob = client();
    await bob.enter('bob', { room: HERE });
    // The very same user in both rooms, on one socket each: frames of one process, in the order of their commits.
    const there = client();
    await there.enter('ann', { room: THERE });
    const order: string[] = [];
    const noted = Promise.all([
      watcher.event('userLeft').then(() => order.push('left')),
      there.event('userEntered').then(() => order.push('entered')),
    ]);
    await switchRoom(bob);
    await noted;
    expect(order).toEqual(['left', 'entered']);
  });

  it('keeps the role of an audience member, whose coming and going nobody sees', async () => {
    const { ann, bob, carl } = await bobHere({ scene: 1 });
    await bob.request('switchRole', { role: 21 });
    const answer = await switchRoom(bob);
    expect(answer).toMatchObject({ result: { role: 21, members: [{ userId: 'carl' }] } });
    expect((answer as { result: SnapshotMessage }).result.transports).not.toHaveProperty('send');
    await cloudApi(server, 'RemoveUser', { RoomId: THERE.roomId, UserIds: ['bob'] });
    expect(bob.events.at(-1)?.data).toEqual({ reason: 'removed' });
    expect(ann.events.map(({ name }) => name)).toEqual(['userEntered', 'userLeft']);
    expect(carl.events).toEqual([]);
  });

  it.each([
    ['an expired ticket', { userSig: ticket('bob', { expire: 0 }) }, -70001],
    ['no ticket', { userSig: '' }, -3320],
    ['a ticket of another user', { userSig: ticket('carl') }, -70013],
    ['the other kind of room id', { room: { strRoomId: '22' } }, -3318],
    ['a bad room id', { room: { roomId: 0 } }, -3318],
    ['the room where the user is', { room: HERE }, -3340],
  ])('is refused with %s, and the stay goes on', async (_case, over, code) => {
    const { ann, bob } = await bobHere();
    const refusal = await switchRoom(bob, over);
    expect(refusal).toMatchObject({ type: 'error', code });
    expect(refusal).not.toHaveProperty('ended');
    expect((await bob.request('exit', {})).type).toBe('response');
    expect((await ann.event('userLeft')).data).toMatchObject({ userId: 'bob', reason: 0 });
    expect(ann.events.map(({ name }) => name)).toEqual(['userEntered', 'userLeft']);
  });

  it('is refused by a room of another scene, and the stay goes on', async () => {
    const live = client();
    await live.enter('host', { room: { roomId: 23 }, scene: 1 });
    const { bob } = await bobHere();
    expect(await switchRoom(bob, { room: { roomId: 23 } })).toMatchObject({ type: 'error', code: -100011 });
    expect((await switchRoom(bob)).type).toBe('response');
  });

  it('is refused outside of a room', async () => {
    expect(await switchRoom(client())).toMatchObject({ type: 'error', code: -3 });
  });

  it('leaves the old token worthless, but for a leave of the stay that followed', async () => {
    const [ann, bob, carl] = [client(), client(), client()];
    await ann.enter('ann', { room: HERE });
    await carl.enter('carl', { room: THERE });
    const before = await bob.enter('bob', { room: HERE });
    await switchRoom(bob);
    expect(await client().resume(before, 'bob')).toMatchObject({ type: 'error', ended: 'switchedRoom' });
    const body = JSON.stringify({ resumeToken: before.resumeToken, cause: 'pageClosed' });
    expect((await fetch(`${server.url}/v1/leave`, { method: 'POST', body })).status).toBe(204);
    expect((await carl.event('userLeft')).data).toMatchObject({ userId: 'bob', reason: 0 });
  });

  it('tells whoever only has the old token of a removal from the new room', async () => {
    const [bob, carl] = [client(), client()];
    await carl.enter('carl', { room: THERE });
    const before = await bob.enter('bob', { room: HERE });
    await switchRoom(bob);
    bob.socket.terminate();
    await cloudApi(server, 'RemoveUser', { RoomId: THERE.roomId, UserIds: ['bob'] });
    expect(await client().resume(before, 'bob')).toMatchObject({ type: 'error', ended: 'removed' });
  });

  it('does two switches sent at once one after the other', async () => {
    const { bob, ann, carl } = await bobHere();
    const [first, second] = await Promise.all([switchRoom(bob), switchRoom(bob, { room: { roomId: 24 } })]);
    expect([first.type, second.type]).toContain('response');
    await ann.event('userLeft');
    expect((await bob.request('exit', {})).type).toBe('response');
    expect(carl.events.filter(({ name }) => name === 'userEntered').length).toBe(
      carl.events.filter(({ name }) => name === 'userLeft').length,
    );
  });

  it('keeps out who was removed in the same moment', async () => {
    const { ann, bob } = await bobHere();
    const [answer] = await Promise.all([
      switchRoom(bob),
      cloudApi(server, 'RemoveUser', { RoomId: HERE.roomId, UserIds: ['bob'] }),
    ]);
    const left = await ann.event('userLeft');
    const { reason } = left.data as { reason: number };
    // Whoever came first: removed users stay out, and who had gone already is somewhere else.
    if (reason === 2) expect(answer.type).toBe('error');
    else expect(answer.type).toBe('response');
  });

  it('a client that goes away during the switch is in neither room', async () => {
    const { ann, bob, carl } = await bobHere();
    void switchRoom(bob);
    await ann.event('userLeft');
    bob.socket.terminate();
    await expect.poll(() => server.counts()).toMatchObject({ sessions: 2, connections: 2 });
    // Whoever was told of the enter is told of the leave.
    await expect.poll(() => carl.events.map(({ name }) => name).toSorted()).not.toEqual(['userEntered']);
  });
});
