import type { SnapshotMessage, Source } from '@rotunda/protocol';
import { describe, expect, it } from 'vitest';
import {
  ALL,
  AUDIENCE,
  CREATE,
  DENIED,
  ENTER,
  LIVE,
  OTHER_APP,
  RECEIVE,
  SEND,
  client,
  counts,
  enters,
  names,
  nextRoom,
  servePermissions,
} from './permission-world.contract.ts';
import { APP, type WireClient, permit, ticket } from './wire.contract.ts';

servePermissions();

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
    expect(counts().rooms).toBe(0);
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
