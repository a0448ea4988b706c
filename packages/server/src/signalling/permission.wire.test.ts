import type { SnapshotMessage, Source } from '@rotunda/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RotundaServer } from '../index.ts';
import { APP, WireClient, enterSpeaker, permit, startTestServer, ticket } from './wire.contract.ts';

const DENIED = -100006;
const ALL = 255;
const [CREATE, ENTER] = [1, 2];
const SEND: Record<Source, number> = { audio: 4, video: 16, sub: 64 };
const RECEIVE: Record<Source, number> = { audio: 8, video: 32, sub: 128 };
const SOURCES = ['audio', 'video', 'sub'] as const satisfies readonly Source[];
const OTHER_APP = { ...APP, sdkAppId: 1_400_000_002 };
const LIVE = { scene: 1 };
const AUDIENCE = { scene: 1, role: 21 };

let server: RotundaServer;
const clients: WireClient[] = [];

beforeAll(async () => {
  server = await startTestServer({ apps: [{ ...APP, privateMapKey: 'required' }, OTHER_APP] });
});
afterEach(async () => {
  const open = clients.splice(0).filter(({ socket }) => socket.readyState === socket.OPEN);
  await Promise.all(open.map((made) => made.request('exit', {})));
  for (const made of open) made.socket.close();
  await expect
    .poll(() => server.counts(), { timeout: 5_000 })
    .toMatchObject({ sessions: 0, rooms: 0, connections: 0, consumers: 0 });
});
afterAll(() => server.close());

function client(): WireClient {
  const made = new WireClient(server);
  clients.push(made);
  return made;
}

/** Nobody is in two tests' rooms. */
let rooms = 100;
const nextRoom = (): number => ++rooms;

function entry(userId: string, privateMapKey: string | undefined, room: number | string, over: object = {}) {
  return {
    sdkAppId: APP.sdkAppId,
    userId,
    userSig: ticket(userId),
    room: typeof room === 'number' ? { roomId: room } : { strRoomId: room },
    scene: 0,
    role: 20,
    ...(privateMapKey === undefined ? {} : { privateMapKey }),
    ...over,
  };
}

/** Enters with these privileges. */
async function enters(userId: string, room: number, privileges: number, over: object = {}) {
  const wire = client();
  const privateMapKey = permit(userId, privileges, { room });
  return enterSpeaker(wire, userId, { room: { roomId: room }, privateMapKey, ...over });
}

async function publishAll(
  { publish }: Awaited<ReturnType<typeof enters>>,
  sources: readonly Source[] = SOURCES,
): Promise<void> {
  for (const [index, source] of sources.entries())
    expect(await publish(source, 11 * (index + 1))).toMatchObject({ type: 'response' });
}

const names = ({ events }: WireClient): string[] =>
  events.map(({ name }) => name).filter((name) => name !== 'layersWanted');

describe('entering where permission tickets are required', () => {
  it.each([
    ['none', undefined, 'requires privateMapKey'],
    ['an empty one', '', 'requires privateMapKey'],
    ['a plain userSig', ticket('bob'), 'no permissions'],
    ['what is no ticket', 'garbage', 'unreadable'],
    ['an expired one', permit('bob', ALL, { expire: 0 }), 'expired'],
    ['one of another room', permit('bob', ALL, { room: 8 }), 'another room'],
    ['one of the string room of that name', permit('bob', ALL, { room: '7' }), 'another room'],
    ['one of another user', permit('ann', ALL), 'another userId'],
    ['one of another application', permit('bob', ALL, { sdkAppId: OTHER_APP.sdkAppId }), 'another sdkAppId'],
    ['one that another key signed', permit('bob', ALL, { key: 'other' }), 'another secret key'],
    ['all but the right to enter', permit('bob', ALL - ENTER), 'does not allow to enter'],
    ['no right to create the room', permit('bob', ALL - CREATE), 'does not allow to create'],
  ])('refuses who brings %s', async (_case, privateMapKey, message) => {
    const answer = await client().request('enter', entry('bob', privateMapKey, 7));
    expect(answer).toMatchObject({ type: 'error', code: DENIED, message: expect.stringContaining(message) });
    expect(answer).not.toHaveProperty('ended');
    expect(server.counts().rooms).toBe(0);
  });

  it('takes the code of the userSig first', async () => {
    const userSig = ticket('ann');
    expect(await client().request('enter', entry('bob', 'garbage', 7, { userSig }))).toMatchObject({
      code: -70013,
    });
  });

  it('lets in who may not create a room when there is one, in either scene', async () => {
    for (const [room, over] of [
      [nextRoom(), {}],
      [nextRoom(), LIVE],
      [nextRoom(), AUDIENCE],
    ] as const) {
      const answer = await client().request(
        'enter',
        entry('bob', permit('bob', ENTER, { room }), room, over),
      );
      expect(answer).toMatchObject({ type: 'error', code: DENIED });
      await enters('ann', room, ALL, { ...over, role: 20 });
      await enters('bob', room, ENTER, over);
    }
  });

  it('knows rooms with a text for an id', async () => {
    const room = 'the room';
    const key = permit('bob', ALL, { room });
    expect(await client().request('enter', entry('bob', key, room))).toMatchObject({ type: 'response' });
    expect(await client().request('enter', entry('ann', permit('ann', ALL), room))).toMatchObject({
      code: DENIED,
    });
  });

  it('asks nobody of an application that does not require them', async () => {
    const { sdkAppId } = OTHER_APP;
    const userSig = ticket('bob', { sdkAppId });
    for (const key of [undefined, 'garbage']) {
      const answer = await client().request('enter', entry('bob', key, 7, { sdkAppId, userSig }));
      expect(answer).toMatchObject({ type: 'response' });
    }
  });
});

describe('what a stay may send and receive', () => {
  it.each(SOURCES)('does not include sending %s without its right', async (source) => {
    const room = nextRoom();
    const witness = await enters('ann', room, ALL);
    const limited = await enters('bob', room, ALL - SEND[source]);
    for (const [index, other] of SOURCES.entries()) {
      const answer = await limited.publish(other, 11 * (index + 1));
      if (other === source) expect(answer).toMatchObject({ type: 'error', code: DENIED });
      else expect(answer).toMatchObject({ type: 'response' });
    }
    const started = witness.wire.events.filter(({ name }) => name === 'streamStarted');
    expect(started.map(({ data }) => (data as { source: Source }).source)).toEqual(
      SOURCES.filter((other) => other !== source),
    );
  });

  it.each(SOURCES)('does not include receiving %s without its right', async (source) => {
    const room = nextRoom();
    await publishAll(await enters('ann', room, ALL));
    const { wire } = await enters('bob', room, ALL - RECEIVE[source]);
    for (const other of SOURCES) {
      const answer = await wire.request('subscribe', { userId: 'ann', source: other, layer: 'big' });
      if (other === source) expect(answer).toMatchObject({ type: 'error', code: DENIED });
      else expect(answer).toMatchObject({ type: 'response' });
    }
    expect(server.counts().consumers).toBe(2);
  });

  it.each(SOURCES)('includes sending and receiving %s with those rights and no other', async (source) => {
    const room = nextRoom();
    const sender = await enters('ann', room, CREATE + ENTER + SEND[source]);
    const receiver = await enters('bob', room, ENTER + RECEIVE[source]);
    expect(await sender.publish(source, 11)).toMatchObject({ type: 'response' });
    await receiver.wire.event('streamStarted');
    const wanted = { userId: 'ann', source, layer: 'big' };
    expect(await receiver.wire.request('subscribe', wanted)).toMatchObject({ type: 'response' });
    expect(await receiver.publish(source, 22)).toMatchObject({ code: DENIED });
  });

  it('ends with a newer ticket that allows less, for the others and for the stay itself', async () => {
    const room = nextRoom();
    const [ann, bob] = [await enters('ann', room, ALL), await enters('bob', room, ALL)];
    await publishAll(ann);
    await publishAll(bob, ['audio', 'video']);
    const consumers: string[] = [];
    for (const source of SOURCES) {
      const answer = await bob.wire.request('subscribe', { userId: 'ann', source, layer: 'big' });
      consumers.push((answer as { result: { consumerId: string } }).result.consumerId);
    }
    const privateMapKey = permit('bob', ALL - SEND.video - RECEIVE.video, { room });
    expect(await bob.wire.request('updatePermission', { privateMapKey })).toMatchObject({ type: 'response' });
    expect((await ann.wire.event('streamStopped')).data).toMatchObject({ userId: 'bob', source: 'video' });
    expect((await bob.wire.event('ownStreamStopped')).data).toMatchObject({ source: 'video', code: DENIED });
    expect((await bob.wire.event('consumerClosed')).data).toEqual({ consumerId: consumers[1] });
    expect(names(bob.wire).filter((name) => /Stopped|Closed/.test(name))).toHaveLength(2);
    expect(server.counts()).toMatchObject({ consumers: 2, producers: 4 });
    expect(await bob.publish('video', 77)).toMatchObject({ code: DENIED });
  });

  it('grows with a newer ticket that allows more', async () => {
    const room = nextRoom();
    await publishAll(await enters('ann', room, ALL));
    const { wire, publish } = await enters('bob', room, ENTER);
    const wanted = { userId: 'ann', source: 'audio', layer: 'big' };
    expect(await wire.request('subscribe', wanted)).toMatchObject({ code: DENIED });
    expect(await publish('audio', 77)).toMatchObject({ code: DENIED });
    await wire.request('updatePermission', { privateMapKey: permit('bob', ALL, { room }) });
    expect(await wire.request('subscribe', wanted)).toMatchObject({ type: 'response' });
    expect(await publish('audio', 77)).toMatchObject({ type: 'response' });
  });
});

describe('a permission ticket that is shown again', () => {
  const isRemoved = async (wire: WireClient): Promise<void> => {
    expect((await wire.event('ended')).data).toEqual({ reason: 'permissionLost' });
    expect(await wire.closed).toBe(4000);
  };

  it.each([
    ['no ticket', () => undefined],
    ['an expired ticket', (room: number) => permit('bob', ALL, { room, expire: 0 })],
    ['a ticket of another room', () => permit('bob', ALL, { room: 8 })],
    ['a ticket without the right to enter', (room: number) => permit('bob', ALL - ENTER, { room })],
  ])('removes who wants to be anchor with %s, of whom nobody was told', async (_case, keyOf) => {
    const room = nextRoom();
    const ann = await enters('ann', room, ALL, LIVE);
    const { wire, snapshot } = await enters('bob', room, ALL, AUDIENCE);
    const privateMapKey = keyOf(room);
    const answer = await wire.request('switchRole', {
      role: 20,
      ...(privateMapKey ? { privateMapKey } : {}),
    });
    expect(answer).toMatchObject({ type: 'error', code: DENIED });
    expect(answer).not.toHaveProperty('ended');
    await isRemoved(wire);
    expect(names(ann.wire)).toEqual([]);
    expect(await client().resume(snapshot, 'bob')).toMatchObject({ type: 'error', ended: 'permissionLost' });
    await enters('bob', room, ALL, AUDIENCE);
  });

  it('makes an anchor of who shows a good one, with what it allows', async () => {
    const room = nextRoom();
    const ann = await enters('ann', room, ALL, LIVE);
    const { wire } = await enters('bob', room, ENTER, AUDIENCE);
    const privateMapKey = permit('bob', ENTER + SEND.audio, { room });
    const answer = await wire.request('switchRole', { role: 20, privateMapKey });
    const { send } = (answer as { result: { send: { transportId: string } } }).result;
    expect(send.transportId).toEqual(expect.any(String));
    expect((await ann.wire.event('userEntered')).data).toMatchObject({ userId: 'bob' });
    expect(await wire.request('switchRole', { role: 21 })).toMatchObject({ type: 'response' });
    expect((await ann.wire.event('userLeft')).data).toMatchObject({ userId: 'bob', reason: 3 });
  });

  it.each(['switchRole', 'updatePermission'])(
    'removes an anchor by %s, and the others see reason 2',
    async (method) => {
      const room = nextRoom();
      const ann = await enters('ann', room, ALL, LIVE);
      const { wire, publish, snapshot } = await enters('bob', room, ALL, LIVE);
      await publish('audio', 11);
      const answer = await wire.request(method, { role: 20, privateMapKey: 'garbage' });
      expect(answer).toMatchObject({ type: 'error', code: DENIED });
      await isRemoved(wire);
      expect((await ann.wire.event('userLeft')).data).toMatchObject({ userId: 'bob', reason: 2 });
      expect(names(ann.wire)).toEqual(['userEntered', 'streamStarted', 'streamStopped', 'userLeft']);
      expect(await client().resume(snapshot, 'bob')).toMatchObject({
        type: 'error',
        ended: 'permissionLost',
      });
    },
  );

  it('does not matter when it is the same one, even if it has expired meanwhile', async () => {
    const room = nextRoom();
    await enters('ann', room, ALL, LIVE);
    const privateMapKey = permit('bob', ALL, { room, expire: 2 });
    const { wire } = await enterSpeaker(client(), 'bob', { room: { roomId: room }, privateMapKey, ...LIVE });
    await new Promise((resolve) => setTimeout(resolve, 2_050));
    expect(await wire.request('updatePermission', { privateMapKey })).toMatchObject({ type: 'response' });
    expect(await wire.request('switchRole', { role: 20, privateMapKey })).toMatchObject({ type: 'response' });
    expect(await wire.request('switchRole', { role: 21 })).toMatchObject({ type: 'response' });
    expect(await wire.request('switchRole', { role: 20, privateMapKey })).toMatchObject({ code: DENIED });
    await isRemoved(wire);
  });

  it('counts for nothing where none is required', async () => {
    const over = { sdkAppId: OTHER_APP.sdkAppId, userSig: ticket('bob', OTHER_APP) };
    const { wire } = await enterSpeaker(client(), 'bob', { ...over, ...AUDIENCE });
    for (const privateMapKey of ['garbage', ''])
      expect(await wire.request('switchRole', { role: 20, privateMapKey })).toMatchObject({
        type: 'response',
      });
    expect(await wire.request('updatePermission', { privateMapKey: 'garbage' })).toMatchObject({
      type: 'response',
    });
  });
});

describe('another room', () => {
  it.each([
    ['no ticket', () => undefined],
    ['the ticket of the old one', (here: number) => permit('bob', ALL, { room: here })],
    ['no right to enter', (_here: number, there: number) => permit('bob', ALL - ENTER, { room: there })],
    ['no right to create it', (_here: number, there: number) => permit('bob', ALL - CREATE, { room: there })],
  ])('is not entered with %s: the stay goes on', async (_case, keyOf) => {
    const [here, there] = [nextRoom(), nextRoom()];
    const ann = await enters('ann', here, ALL);
    const { wire, publish } = await enters('bob', here, ALL);
    const answer = await switchRoom(wire, there, keyOf(here, there));
    expect(answer).toMatchObject({ type: 'error', code: DENIED });
    expect(answer).not.toHaveProperty('ended');
    expect(await publish('audio', 11)).toMatchObject({ type: 'response' });
    expect(names(ann.wire)).not.toContain('userLeft');
  });

  it('has its own rights', async () => {
    const [here, there] = [nextRoom(), nextRoom()];
    const { wire } = await enters('bob', here, ALL);
    const answer = await switchRoom(wire, there, permit('bob', ALL - SEND.audio, { room: there }));
    const snapshot = (answer as { result: SnapshotMessage }).result;
    const publish = (source: Source) =>
      wire.request('publish', {
        transportId: snapshot.transports!.send!.transportId,
        source,
        rtpParameters: {
          codecs: [{ mimeType: 'audio/opus', payloadType: 1, clockRate: 48_000 }],
          encodings: [{}],
        },
        muted: false,
      });
    expect(await publish('audio')).toMatchObject({ code: DENIED });
  });

  it('is linked only with a ticket of it for everything but its creation', async () => {
    const [here, there] = [nextRoom(), nextRoom()];
    const bob = await enters('bob', here, ALL, LIVE);
    const carl = await enters('carl', there, ALL, LIVE);
    const wanted = { room: { roomId: there }, userId: 'carl' };
    for (const key of [
      undefined,
      permit('bob', ALL, { room: here }),
      ...[...Object.values(SEND), ...Object.values(RECEIVE), ENTER].map((bit) =>
        permit('bob', ALL - bit, { room: there }),
      ),
    ]) {
      const answer = await bob.wire.request('connectRoom', {
        ...wanted,
        ...(key ? { privateMapKey: key } : {}),
      });
      expect(answer).toMatchObject({ type: 'error', code: DENIED });
    }
    expect(names(carl.wire), 'nobody was told').toEqual([]);
    const privateMapKey = permit('bob', ALL - CREATE, { room: there });
    expect(await bob.wire.request('connectRoom', { ...wanted, privateMapKey })).toMatchObject({
      type: 'response',
    });
    expect((await carl.wire.event('userEntered')).data).toMatchObject({ userId: 'bob' });
    await carl.publish('video', 11);
    const guest = { userId: 'carl', source: 'video', layer: 'big' };
    await bob.wire.event('streamStarted');
    const blind = await enters('dora', here, ALL - RECEIVE.video, LIVE);
    expect(await blind.wire.request('subscribe', guest)).toMatchObject({ code: DENIED });
    expect(await bob.wire.request('subscribe', guest)).toMatchObject({ type: 'response' });
  });

  async function switchRoom(wire: WireClient, roomId: number, privateMapKey: string | undefined) {
    const { routerRtpCapabilities } = (await wire.frame(({ type }) => type === 'welcome')) as never;
    return wire.request('switchRoom', {
      room: { roomId },
      userSig: ticket('bob'),
      rtpCapabilities: routerRtpCapabilities,
      ...(privateMapKey ? { privateMapKey } : {}),
    });
  }
});
