import { describe, expect, it } from 'vitest';
import { createUser, expectNothingLeft } from './user.contract.ts';

const BEA = JSON.stringify({ roomId: 2, userId: 'bea' });
const BEA_COMES = ['onRemoteUserEnterRoom bea', 'onUserVideoAvailable bea 1', 'onUserAudioAvailable bea 1'];
const BEA_GOES = ['onUserVideoAvailable bea 0', 'onUserAudioAvailable bea 0', 'onRemoteUserLeaveRoom bea 0'];

const withoutFrames = (lines: readonly string[]): string[] =>
  lines.filter((line) => !line.startsWith('onFirst'));

async function inRoom() {
  const alice = createUser('alice');
  await alice.enter();
  alice.take();
  return alice;
}

describe('connectOtherRoom', () => {
  it('shows the other anchor as a user of the room, and tells how it went', async () => {
    const alice = await inRoom();
    alice.cloud.connectOtherRoom(BEA);
    expect(alice.take(), 'never told from within the call').toEqual([]);
    await alice.fake.settle();
    expect(alice.take()).toEqual([...BEA_COMES, 'onConnectOtherRoom bea 0 ']);
  });

  it.each([
    ['no JSON', 'room 2 of bea', ''],
    ['no object', '7', ''],
    ['null', 'null', ''],
    ['no user', JSON.stringify({ roomId: 2 }), ''],
    ['a user that is no text', JSON.stringify({ roomId: 2, userId: 7 }), ''],
    ['no room', JSON.stringify({ userId: 'bea' }), 'bea'],
    [
      'a permission ticket that is none',
      JSON.stringify({ roomId: 2, userId: 'bea', privateMapKey: 7 }),
      'bea',
    ],
    ['a room id out of range', JSON.stringify({ roomId: -2, userId: 'bea' }), 'bea'],
    ['a room id of foreign characters', JSON.stringify({ strRoomId: 'zwölf', userId: 'bea' }), 'bea'],
  ])('answers -3328 to %s', async (_what, params, userId) => {
    const alice = await inRoom();
    alice.cloud.connectOtherRoom(params);
    expect(alice.take()).toEqual([]);
    await alice.fake.settle();
    expect(alice.take()).toEqual([`onConnectOtherRoom ${userId} -3328 …`]);
    expect(alice.fake.server.requests).not.toContain('connectRoom');
  });

  it('answers as the server does when it is refused', async () => {
    const alice = await inRoom();
    alice.fake.server.refusals.set('connectRoom', { code: -3330, message: 'as audience' });
    alice.cloud.connectOtherRoom(JSON.stringify({ strRoomId: 'two', userId: 'bea' }));
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onConnectOtherRoom bea -3330 …']);
  });

  it('answers -3 outside of rooms, as disconnectOtherRoom does', async () => {
    const alice = createUser('alice');
    alice.cloud.connectOtherRoom(BEA);
    alice.cloud.disconnectOtherRoom();
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onConnectOtherRoom bea -3 …', 'onDisconnectOtherRoom -3 …']);
  });

  it('asks for several one after the other, before the links are ended again', async () => {
    const alice = await inRoom();
    alice.cloud.connectOtherRoom(BEA);
    alice.cloud.connectOtherRoom(JSON.stringify({ roomId: 3, userId: 'cid' }));
    alice.cloud.disconnectOtherRoom();
    await alice.fake.settle();
    const results = alice.take().filter((line) => line.includes('OtherRoom'));
    expect(results).toEqual([
      'onConnectOtherRoom bea 0 ',
      'onConnectOtherRoom cid 0 ',
      'onDisconnectOtherRoom 0 ',
    ]);
    const requests = alice.fake.server.requests.filter((method) => method.includes('connectRoom'));
    expect(requests).toEqual(['connectRoom', 'connectRoom', 'disconnectRoom']);
  });

  it('is asked again when a lost link swallowed the answer, and told once', async () => {
    const alice = await inRoom();
    const { network, server } = alice.fake;
    server.ignored.add('connectRoom');
    alice.cloud.connectOtherRoom(BEA);
    await alice.fake.settle();
    server.ignored.clear();
    network.breakAll();
    await alice.fake.advance(1_100);
    const told = withoutFrames(alice.take());
    expect(told.slice(-4)).toEqual([...BEA_COMES, 'onConnectOtherRoom bea 0 ']);
    expect(told.filter((line) => line.startsWith('onConnectOtherRoom'))).toHaveLength(1);
  });

  it('tells nothing of a stay that ended first', async () => {
    const alice = await inRoom();
    alice.fake.server.ignored.add('connectRoom');
    alice.cloud.connectOtherRoom(BEA);
    await alice.fake.settle();
    alice.cloud.exitRoom();
    await alice.fake.advance(2_000);
    expect(alice.take()).toEqual(['onExitRoom 0']);
    expectNothingLeft(alice);
  });

  it('waits for a switch of rooms that turns out to be refused', async () => {
    const alice = await inRoom();
    alice.fake.server.refusals.set('switchRoom', { code: -102052, message: 'no place' });
    alice.cloud.switchRoom({ roomId: 78, strRoomId: '', userSig: '', privateMapKey: '' });
    alice.cloud.connectOtherRoom(BEA);
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onSwitchRoom -102052 …', ...BEA_COMES, 'onConnectOtherRoom bea 0 ']);
  });

  it('answers -3 when too many wait', async () => {
    const alice = await inRoom();
    alice.fake.server.ignored.add('connectRoom');
    for (let n = 0; n < 17; n++) alice.cloud.connectOtherRoom(BEA);
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onConnectOtherRoom bea -3 …']);
  });
});

describe('the end of a link', () => {
  it('by disconnectOtherRoom is told after the leave of the other', async () => {
    const alice = await inRoom();
    alice.cloud.connectOtherRoom(BEA);
    await alice.fake.settle();
    alice.take();
    alice.cloud.disconnectOtherRoom();
    await alice.fake.settle();
    expect(alice.take()).toEqual([...BEA_GOES, 'onDisconnectOtherRoom 0 ']);
  });

  it('by the other side is told as its leave, and nothing else', async () => {
    const alice = await inRoom();
    alice.cloud.connectOtherRoom(BEA);
    await alice.fake.settle();
    alice.take();
    alice.fake.server.end('bea', 'crossRoomEnded');
    await alice.fake.settle();
    expect(alice.take()).toEqual(BEA_GOES);
  });

  it('while the link to the server was lost is told on return', async () => {
    const alice = await inRoom();
    alice.cloud.connectOtherRoom(BEA);
    await alice.fake.settle();
    alice.fake.network.breakAll();
    alice.take();
    alice.fake.server.end('bea', 'crossRoomEnded');
    await alice.fake.advance(1_100);
    expect(withoutFrames(alice.take())).toEqual(['onTryToReconnect', 'onConnectionRecovery', ...BEA_GOES]);
  });
});
