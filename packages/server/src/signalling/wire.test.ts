import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SnapshotMessage } from '@rotunda/protocol';
import type { RotundaServer } from '../index.ts';
import { APP, WireClient, cloudApi, startTestServer, tempDataDir, ticket } from './wire.contract.ts';

const FAST = {
  heartbeat: 100,
  linkDead: 1000,
  firstRetry: 200,
  giveUp: 1500,
  goingAway: 500,
  toldBudget: 500,
};

let server: RotundaServer;
const clients: WireClient[] = [];

function client(target: RotundaServer = server): WireClient {
  const made = new WireClient(target);
  clients.push(made);
  return made;
}

function postLeave({ resumeToken }: SnapshotMessage, cause = 'exited'): Promise<Response> {
  const headers = { 'content-type': 'text/plain' };
  return fetch(`${server.url}/v1/leave`, {
    method: 'POST',
    body: JSON.stringify({ resumeToken, cause }),
    headers,
  });
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

describe('entering', () => {
  it.each([
    ['without a ticket', { userSig: '' }, -3320],
    ['with an unreadable ticket', { userSig: 'x' }, -3320],
    ['with a ticket of another key', { userSig: ticket('ann', { key: 'other' }) }, -70003],
    ['with a ticket of another user', { userSig: ticket('bob') }, -70013],
    ['with a ticket of another app', { userSig: ticket('ann', { sdkAppId: 1_400_000_002 }) }, -70014],
    ['to an unknown app', { sdkAppId: 1_400_000_009 }, -70252],
    ['with an expired ticket', { userSig: ticket('ann', { expire: 0 }) }, -70001],
    ['with a bad room id', { room: { roomId: 0 } }, -3318],
    ['with foreign characters in the room id', { room: { strRoomId: 'ä' } }, -3318],
    ['with a bad userId', { userId: '' }, -3319],
    ['with a bad scene', { scene: 9 }, -100011],
  ])('is refused %s', async (_case, over, code) => {
    await expect(client().enter('ann', over)).rejects.toThrow(`refused: ${code} `);
  });

  it('answers with a snapshot and tells the others', async () => {
    const ann = client();
    const bob = client();
    await ann.enter('ann');
    const snapshot = await bob.enter('bob');
    expect(snapshot.members.map(({ userId }) => userId)).toEqual(['ann']);
    expect(snapshot.transports?.send?.iceCandidates.length).toBeGreaterThan(0);
    expect((await ann.event('userEntered')).data).toMatchObject({ userId: 'bob' });
  });

  it('keeps numeric and string rooms apart', async () => {
    const ann = client();
    const bob = client();
    await ann.enter('ann', { room: { roomId: 7 } });
    expect((await bob.enter('bob', { room: { strRoomId: '7' } })).members).toEqual([]);
  });

  it('replaces an earlier stay of the same user, unnoticed by the others', async () => {
    const [ann, first, second] = [client(), client(), client()];
    await ann.enter('ann');
    await first.enter('bob');
    await ann.event('userEntered');
    await second.enter('bob');
    expect((await first.event('ended')).data).toEqual({ reason: 'replaced' });
    expect((await second.request('exit', {})).type).toBe('response');
    expect((await ann.event('userLeft')).data).toMatchObject({ userId: 'bob', reason: 0 });
    expect(ann.events.map(({ name }) => name)).toEqual(['userEntered', 'userLeft']);
  });
});

describe('leaving', () => {
  it('exit tells the others before it is answered, and the token is worthless after it', async () => {
    const [ann, bob] = [client(), client()];
    await ann.enter('ann');
    const snapshot = await bob.enter('bob');
    expect((await bob.request('exit', {})).type).toBe('response');
    expect((await ann.event('userLeft')).data).toMatchObject({ userId: 'bob', reason: 0 });
    expect(await client().resume(snapshot, 'bob')).toMatchObject({ type: 'error', ended: 'exited' });
  });

  it('a removed user is told before the Cloud API answers, cannot resume, and may enter anew', async () => {
    const [ann, bob] = [client(), client()];
    await ann.enter('ann');
    const snapshot = await bob.enter('bob');
    expect(
      await cloudApi(server, 'RemoveUser', { RoomId: 7, UserIds: ['bob', 'nobody'] }),
    ).not.toHaveProperty('Error');
    expect(bob.events.at(-1)).toMatchObject({ name: 'ended', data: { reason: 'removed' } });
    expect((await ann.event('userLeft')).data).toMatchObject({ userId: 'bob', reason: 2 });
    expect(await bob.closed).toBe(4000);
    expect(await client().resume(snapshot, 'bob')).toMatchObject({ type: 'error', ended: 'removed' });
    expect((await client().enter('bob')).sessionId).not.toBe(snapshot.sessionId);
  });

  it('a dismissed room ends for everybody, audience included, and can be entered anew at once', async () => {
    const live = { room: { strRoomId: 'show' }, scene: 1 };
    const [host, viewer] = [client(), client()];
    const { incarnation } = await host.enter('host', { ...live, role: 20 });
    await viewer.enter('viewer', { ...live, role: 21 });
    expect(await cloudApi(server, 'DismissRoomByStrRoomId', { RoomId: 'show' })).not.toHaveProperty('Error');
    expect(host.events.map(({ data }) => data)).toEqual([{ reason: 'dismissed' }]);
    expect(viewer.events.map(({ data }) => data)).toEqual([{ reason: 'dismissed' }]);
    expect((await client().enter('host', live)).incarnation).not.toBe(incarnation);
  });

  it('an audience member can be removed', async () => {
    const live = { room: { roomId: 8 }, scene: 1 };
    const [host, viewer] = [client(), client()];
    await host.enter('host', { ...live, role: 20 });
    await viewer.enter('viewer', { ...live, role: 21 });
    await cloudApi(server, 'RemoveUser', { RoomId: 8, UserIds: ['viewer'] });
    expect(viewer.events.at(-1)?.data).toEqual({ reason: 'removed' });
    expect(host.events).toEqual([]);
  });

  it('says that a room does not exist', async () => {
    expect(await cloudApi(server, 'DismissRoom', { RoomId: 99 })).toMatchObject({
      Error: { Code: 'FailedOperation.RoomNotExist' },
    });
  });

  it('POST /v1/leave does the same as exit', async () => {
    const [ann, bob] = [client(), client()];
    await ann.enter('ann');
    const response = await postLeave(await bob.enter('bob'), 'pageClosed');
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect((await ann.event('userLeft')).data).toMatchObject({ userId: 'bob', reason: 0 });
  });

  it('POST /v1/leave ends the stay that continues the one of the token, whose answer was lost', async () => {
    const [ann, bob] = [client(), client()];
    await ann.enter('ann');
    const snapshot = await bob.enter('bob');
    bob.answering = false;
    await ann.event('userLeft');
    // The first try is replaced by the second one, of which bob never gets the answer either.
    expect(await client().resume(snapshot, 'bob')).toMatchObject({ type: 'response' });
    expect(await client().resume(snapshot, 'bob')).toMatchObject({ type: 'response' });
    expect((await postLeave(snapshot)).status).toBe(204);
    const { members } = await client().enter('carl');
    expect(members.map(({ userId }) => userId)).toEqual(['ann']);
    expect(await client().resume(snapshot, 'bob')).toMatchObject({ type: 'error', ended: 'exited' });
  });

  it('POST /v1/leave of a stay that is away for good keeps it from coming back', async () => {
    const [ann, bob] = [client(), client()];
    await ann.enter('ann');
    const snapshot = await bob.enter('bob');
    bob.answering = false;
    await ann.event('userLeft');
    expect((await postLeave(snapshot)).status).toBe(204);
    expect(await client().resume(snapshot, 'bob')).toMatchObject({ type: 'error', ended: 'exited' });
  });

  it.each(['', '{', '{}', '{"resumeToken":"x.y","cause":"exited"}'])(
    'POST /v1/leave refuses %j',
    async (body) => {
      const response = await fetch(`${server.url}/v1/leave`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'text/plain' },
      });
      expect(response.status).toBe(400);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
    },
  );
});

describe('a lost link', () => {
  it('resumes in time without anybody noticing', async () => {
    const [ann, bob, back] = [client(), client(), client()];
    await ann.enter('ann');
    const snapshot = await bob.enter('bob');
    await ann.event('userEntered');
    bob.socket.terminate();
    const answer = await back.resume(snapshot, 'bob');
    expect(answer).toMatchObject({ type: 'response', result: { sessionId: snapshot.sessionId } });
    await back.request('exit', {});
    await ann.event('userLeft');
    expect(ann.events.map(({ name }) => name)).toEqual(['userEntered', 'userLeft']);
  });

  it('a silent client is given up as timed out, and a return is a new stay', async () => {
    const [ann, bob] = [client(), client()];
    await ann.enter('ann');
    const snapshot = await bob.enter('bob');
    bob.answering = false;
    expect((await ann.event('userLeft')).data).toMatchObject({ userId: 'bob', reason: 1 });
    const answer = await client().resume(snapshot, 'bob');
    expect(answer.type).toBe('response');
    expect(answer).not.toMatchObject({ result: { sessionId: snapshot.sessionId } });
  });

  it('somebody removed while cut off learns it on return', async () => {
    const [ann, bob] = [client(), client()];
    await ann.enter('ann');
    const snapshot = await bob.enter('bob');
    bob.socket.terminate();
    await cloudApi(server, 'RemoveUser', { RoomId: 7, UserIds: ['bob'] });
    expect(await client().resume(snapshot, 'bob')).toMatchObject({ type: 'error', ended: 'removed' });
  });
});

it('somebody removed after a return whose answer was lost cannot return again', async () => {
  const [ann, bob] = [client(), client()];
  await ann.enter('ann');
  const snapshot = await bob.enter('bob');
  bob.answering = false;
  await ann.event('userLeft');
  expect(await client().resume(snapshot, 'bob')).toMatchObject({ type: 'response' });
  await cloudApi(server, 'RemoveUser', { RoomId: 7, UserIds: ['bob'] });
  expect(await client().resume(snapshot, 'bob')).toMatchObject({ type: 'error', ended: 'removed' });
});

describe('a restarted server', () => {
  it('lets those return who were in a room, not those who had been removed', async () => {
    const dataDir = tempDataDir();
    const before = await startTestServer({ dataDir });
    const [ann, bob] = [client(before), client(before)];
    const annSnapshot = await ann.enter('ann');
    const bobSnapshot = await bob.enter('bob');
    await cloudApi(before, 'RemoveUser', { RoomId: 7, UserIds: ['bob'] });
    await before.close();
    expect(ann.events.at(-1)?.data).toEqual({ reason: 'serverStopping' });
    const after = await startTestServer({ dataDir });
    try {
      expect((await client(after).resume(annSnapshot, 'ann')).type).toBe('response');
      expect(await client(after).resume(bobSnapshot, 'bob')).toMatchObject({
        type: 'error',
        ended: 'removed',
      });
    } finally {
      await after.close();
    }
  });
});

describe('a client that breaks the protocol', () => {
  it.each(['not json', '[]', '{"type":"request"}', '{"type":"nonsense"}'])(
    'is closed after %j',
    async (text) => {
      const ann = client();
      await ann.frame(({ type }) => type === 'welcome');
      ann.socket.send(text);
      expect(await ann.closed).toBe(4001);
    },
  );

  it('is closed when it floods, while the others stay', async () => {
    const [ann, bob] = [client(), client()];
    await ann.enter('ann');
    await bob.enter('bob');
    for (let n = 0; n < 5000; n++) bob.socket.send('{"type":"pong","n":1}');
    expect(await bob.closed).toBe(4001);
    expect((await ann.request('exit', {})).type).toBe('response');
  });

  it('gets an error for unknown requests, bad parameters and requests outside a room', async () => {
    const ann = client();
    expect(await ann.request('fly', {})).toMatchObject({ type: 'error', code: -102023 });
    expect(await ann.request('publish', { source: 'smell' })).toMatchObject({ type: 'error', code: -102023 });
    expect(await ann.request('exit', {})).toMatchObject({ type: 'error', code: -3 });
    await ann.enter('ann');
    expect(
      await ann.request('enter', {
        sdkAppId: APP.sdkAppId,
        userId: 'ann',
        userSig: ticket('ann'),
        room: { roomId: 7 },
        scene: 0,
        role: 20,
      }),
    ).toMatchObject({ type: 'error', code: -3340 });
    expect(await ann.request('subscribe', { userId: 'nobody', source: 'video', layer: 'big' })).toMatchObject(
      { type: 'error', code: -2 },
    );
  });
});
