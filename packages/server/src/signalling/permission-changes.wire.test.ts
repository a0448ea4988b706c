import { describe, expect, it } from 'vitest';
import {
  ALL,
  AUDIENCE,
  DENIED,
  ENTER,
  LIVE,
  OTHER_APP,
  SEND,
  client,
  enters,
  names,
  nextRoom,
  servePermissions,
} from './permission-world.contract.ts';
import { type WireClient, enterSpeaker, permit, shortPermit, ticket } from './wire.contract.ts';

servePermissions();

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
    const { ticket: privateMapKey, expired } = shortPermit('bob', ALL, { room });
    const { wire } = await enterSpeaker(client(), 'bob', { room: { roomId: room }, privateMapKey, ...LIVE });
    await expired();
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
