import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectReleased, expectToldOfLeave, inCall, line, presenceOf } from './support/expectations.ts';
import { STREAM, type Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

async function call(room: number | string): Promise<readonly [Participant, Participant]> {
  const users = await stage.users('alice', 'bob');
  await inCall(room, users);
  return users;
}

describe('exitRoom', () => {
  it('ends with onExitRoom(0), devices released, and the others told with reason 0', async () => {
    const [alice, bob] = await call(stage.room());
    const mark = await bob.last();
    await alice.call('exitRoom');
    await expectToldOfLeave(bob, 'alice', 0, mark);
    await expectReleased(alice, 0);
    // Who has left is told nothing more.
    await bob.call('exitRoom');
    await expectReleased(bob, 0);
    await expectReleased(alice, 0);
  });

  it('also ends a screen share, told before the leave', async () => {
    const [alice, bob] = await call(stage.room());
    await alice.call('startScreenCapture', null, STREAM.sub);
    await bob.waitFor('onUserSubStreamAvailable', ['alice', 1]);
    const mark = await bob.last();
    await alice.call('exitRoom');
    await bob.waitFor('onRemoteUserLeaveRoom', ['alice', 0]);
    expect(await presenceOf(bob, 'alice', mark)).toEqual([
      ['onUserVideoAvailable', 'alice', 0],
      ['onUserAudioAvailable', 'alice', 0],
      ['onUserSubStreamAvailable', 'alice', 0],
      ['onRemoteUserLeaveRoom', 'alice', 0],
    ]);
    await expectReleased(alice, 0);
  });

  it('lets the same user come back on the same instance', async () => {
    const room = stage.room();
    const [alice, bob] = await call(room);
    await alice.call('exitRoom');
    await bob.waitFor('onRemoteUserLeaveRoom', ['alice', 0]);
    const mark = await bob.last();
    await alice.waitFor('onExitRoom', [0]);
    await alice.enterTalking({ room });
    await bob.waitFor('onRemoteUserEnterRoom', ['alice'], { after: mark });
    await bob.waitFor('onUserVideoAvailable', ['alice', 1], { after: mark });
    await bob.watch('alice');
  });
});

describe.each([
  { action: 'RemoveUser', kind: 'number' },
  { action: 'RemoveUserByStrRoomId', kind: 'string' },
] as const)('$action', ({ kind }) => {
  it('ends with onExitRoom(1), devices released, and the others told with reason 2', async () => {
    const room = kind === 'number' ? stage.room() : stage.stringRoom();
    const [alice, bob] = await call(room);
    const mark = await bob.last();
    await stage.api.removeUser(room, 'alice');

    // The answer means done: whoever comes now does not meet the removed user.
    const carol = await stage.user('carol');
    await carol.enter({ room });
    await carol.waitFor('onUserVideoAvailable', ['bob', 1]);
    expect(await presenceOf(carol, 'alice')).toEqual([]);

    await expectToldOfLeave(bob, 'alice', 2, mark);
    await expectReleased(alice, 1);
  });
});

describe('RemoveUser', () => {
  it('removes several users with one call and does not mind one who is not there', async () => {
    const room = stage.room();
    const [alice, bob, carol] = await stage.users('alice', 'bob', 'carol');
    await Promise.all([alice, bob, carol].map((user) => user.enter({ room })));
    await Promise.all(['alice', 'bob'].map((userId) => carol.waitFor('onRemoteUserEnterRoom', [userId])));
    await stage.api.removeUser(room, 'alice', 'nobody', 'bob');
    await Promise.all([expectReleased(alice, 1), expectReleased(bob, 1)]);
    await carol.waitFor('onRemoteUserLeaveRoom', ['alice', 2]);
    await carol.waitFor('onRemoteUserLeaveRoom', ['bob', 2]);
    expect(await carol.journal()).not.toContainEqual(expect.objectContaining({ name: 'onExitRoom' }));
  });

  it('lets the removed user enter again, and exitRoom afterwards is harmless', async () => {
    const room = stage.room();
    const [alice, bob] = await call(room);
    await stage.api.removeUser(room, 'alice');
    const removed = await alice.waitFor('onExitRoom', [1]);
    await alice.call('exitRoom');
    await alice.waitFor('onExitRoom', [0], { after: removed });
    const mark = await bob.last();
    await alice.enterTalking({ room });
    await bob.waitFor('onUserVideoAvailable', ['alice', 1], { after: mark });
    await bob.watch('alice');
  });
});

describe.each([
  { action: 'DismissRoom', kind: 'number' },
  { action: 'DismissRoomByStrRoomId', kind: 'string' },
] as const)('$action', ({ kind }) => {
  it('ends with onExitRoom(2) for everybody, devices released', async () => {
    const room = kind === 'number' ? stage.room() : stage.stringRoom();
    const users = await call(room);
    await stage.api.dismissRoom(room);
    await Promise.all(users.map((user) => expectReleased(user, 2)));
    for (const user of users) {
      const names = (await user.journal()).map(({ name }) => name);
      expect(names).not.toContain('onRemoteUserLeaveRoom');
    }
    await expect(stage.api.dismissRoom(room)).rejects.toMatchObject({
      code: 'FailedOperation.RoomNotExist',
    });
  });
});

describe('a removal and a dismissal', () => {
  it.each([
    ['RemoveUser', 1],
    ['DismissRoom', 2],
  ] as const)('%s ends a screen share and one whose screen is still being chosen', async (action, reason) => {
    const room = stage.room();
    const [alice, bob] = await call(room);
    const carol = await stage.user('carol');
    await carol.enter({ room });
    await alice.call('startScreenCapture', null, STREAM.sub);
    await bob.waitFor('onUserSubStreamAvailable', ['alice', 1]);
    await carol.holdCapture();
    await carol.call('startScreenCapture', null, STREAM.sub);
    await carol.waitFor('capture-asked');
    const mark = await bob.last();
    if (action === 'RemoveUser') await stage.api.removeUser(room, 'alice', 'carol');
    else await stage.api.dismissRoom(room);
    await expectReleased(alice, reason);
    const exit = await carol.waitFor('onExitRoom', [reason]);
    expect(exit.liveTracks).toBe(0);
    await carol.releaseCapture();
    await carol.waitFor('capture-opened', [], { after: exit });
    await until('what arrived late is stopped', async () => (await carol.liveTracks()) === 0);
    if (action === 'DismissRoom') return;
    await bob.waitFor('onRemoteUserLeaveRoom', ['alice', 2], { after: mark });
    expect(await presenceOf(bob, 'alice', mark)).toEqual([
      ['onUserVideoAvailable', 'alice', 0],
      ['onUserAudioAvailable', 'alice', 0],
      ['onUserSubStreamAvailable', 'alice', 0],
      ['onRemoteUserLeaveRoom', 'alice', 2],
    ]);
  });
});

describe('DismissRoom', () => {
  it('leaves a room behind that can be entered at once', async () => {
    const room = stage.room();
    const users = await call(room);
    const marks = await Promise.all(users.map((user) => user.last()));
    await Promise.all(users.map((user) => user.enterOnExit({ room })));
    await stage.api.dismissRoom(room);
    const [alice, bob] = users;
    await Promise.all(users.map((user, index) => user.waitFor('onEnterRoom', [], { after: marks[index] })));
    const entered = await alice.waitFor('onEnterRoom', [], { after: marks[0] });
    expect(Number(entered.args[0])).toBeGreaterThan(0);
    await Promise.all([
      alice.waitFor('onRemoteUserEnterRoom', ['bob'], { after: marks[0] }),
      bob.waitFor('onRemoteUserEnterRoom', ['alice'], { after: marks[1] }),
    ]);
    await alice.call('startLocalPreview', { view: 'self' });
    await bob.waitFor('onUserVideoAvailable', ['alice', 1], { after: marks[1] });
    await bob.watch('alice');
    const exits = (await alice.journal()).filter(({ name }) => name === 'onExitRoom').map(line);
    expect(exits).toEqual([['onExitRoom', 2]]);
  });
});
