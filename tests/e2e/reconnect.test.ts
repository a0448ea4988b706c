import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectReleased, expectToldOfLeave, inCall, presenceOf } from './support/expectations.ts';
import { Network } from './support/network.ts';
import { STREAM, type Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

/** The same order as the real deadlines, quicker. */
const TIMERS = { heartbeat: 300, linkDead: 1_000, firstRetry: 200, maxRetry: 500, giveUp: 4_000 };

let stage: Stage;
let network: Network;
beforeAll(async () => {
  stage = await Stage.open({ timers: TIMERS });
  network = await Network.open(stage.serverUrl);
});
afterEach(async () => {
  await network.restore();
  await stage.clear();
});
afterAll(async () => {
  await network?.close();
  await stage?.close();
});

/** Alice behind a network that can be cut, Bob beside the server. */
async function callAcross(room: number): Promise<[Participant, Participant]> {
  const alice = await stage.user('alice', { via: network.url });
  const bob = await stage.user('bob');
  await inCall(room, [alice, bob]);
  return [alice, bob];
}

describe('a link that comes back in time', () => {
  it.each(['cut', 'dropped'] as const)('was never noticed by the others, when it was %s', async (way) => {
    const [alice, bob] = await callAcross(stage.room());
    const [aliceMark, bobMark] = [await alice.last(), await bob.last()];
    if (way === 'cut') {
      await network.cut();
      await alice.waitFor('onConnectionLost', [], { after: aliceMark });
      await alice.waitFor('onTryToReconnect', [], { after: aliceMark });
      await network.restore();
    } else {
      network.drop();
    }
    await alice.waitFor('onConnectionRecovery', [], { after: aliceMark });
    await Promise.all([bob.sees('alice'), alice.sees('bob')]);
    await bob.call('muteLocalAudio', true);
    await alice.waitFor('onUserAudioAvailable', ['bob', 0], { after: aliceMark });
    expect(await presenceOf(bob, 'alice', bobMark)).toEqual([]);
    expect(await presenceOf(alice, 'bob', aliceMark)).toEqual([['onUserAudioAvailable', 'bob', 0]]);
  });

  it('brings what was missed as ordinary callbacks', async () => {
    const room = stage.room();
    const [alice, bob] = await callAcross(room);
    const aliceMark = await alice.last();
    network.cutSignalling();
    await bob.call('exitRoom');
    const carol = await stage.user('carol');
    await carol.enterTalking({ room });
    await alice.waitFor('onConnectionLost', [], { after: aliceMark });
    await network.restore();
    await alice.waitFor('onUserVideoAvailable', ['carol', 1], { after: aliceMark });
    await alice.watch('carol');
    expect(await presenceOf(alice, 'bob', aliceMark)).toEqual([
      ['onUserVideoAvailable', 'bob', 0],
      ['onUserAudioAvailable', 'bob', 0],
      ['onRemoteUserLeaveRoom', 'bob', 0],
    ]);
    expect((await presenceOf(alice, 'carol', aliceMark))[0]).toEqual(['onRemoteUserEnterRoom', 'carol']);
  });
});

describe('what a user does while cut off', () => {
  it('holds when the link is back', async () => {
    const [alice, bob] = await callAcross(stage.room());
    const [aliceMark, bobMark] = [await alice.last(), await bob.last()];
    await network.cut();
    await alice.waitFor('onConnectionLost', [], { after: aliceMark });
    await alice.call('muteLocalVideo', true);
    await alice.call('stopLocalAudio');
    await alice.call('startScreenCapture', null, STREAM.sub);
    await network.restore();
    await bob.waitFor('onUserSubStreamAvailable', ['alice', 1], { after: bobMark });
    await bob.waitFor('onUserVideoAvailable', ['alice', 0], { after: bobMark });
    await bob.waitFor('onUserAudioAvailable', ['alice', 0], { after: bobMark });
    await bob.watch('alice', STREAM.sub);
    expect(await alice.liveTracks()).toBe(2);
  });
});

describe('a link that comes back too late', () => {
  it('was a leave with reason 1 for the others, and the user returns by itself', async () => {
    const [alice, bob] = await callAcross(stage.room());
    const [aliceMark, bobMark] = [await alice.last(), await bob.last()];
    await network.cut();
    const cutAt = Date.now();
    const leave = await expectToldOfLeave(bob, 'alice', 1, bobMark);
    expect(leave.at - cutAt, 'milliseconds until the others were told').toBeLessThan(TIMERS.giveUp + 1_500);
    await network.restore();
    await alice.waitFor('onConnectionRecovery', [], { after: aliceMark });
    await bob.waitFor('onRemoteUserEnterRoom', ['alice'], { after: leave });
    await bob.waitFor('onUserVideoAvailable', ['alice', 1], { after: leave });
    await bob.waitFor('onUserAudioAvailable', ['alice', 1], { after: leave });
    await bob.watch('alice');
    await alice.sees('bob');
    const names = (await alice.since(aliceMark)).map(({ name }) => name);
    expect(names).not.toContain('onExitRoom');
    expect(names).not.toContain('onEnterRoom');
  });
});

describe('somebody who is cut off', () => {
  it('learns on return of the removal and does not come back', async () => {
    const room = stage.room();
    const [alice, bob] = await callAcross(room);
    const bobMark = await bob.last();
    await network.cut();
    await stage.api.removeUser(room, 'alice');
    await expectToldOfLeave(bob, 'alice', 2, bobMark);
    await alice.waitFor('onConnectionLost');
    await network.restore();
    await expectReleased(alice, 1);
    const carol = await stage.user('carol');
    await carol.enter({ room });
    await carol.waitFor('onRemoteUserEnterRoom', ['bob']);
    expect(await presenceOf(carol, 'alice')).toEqual([]);
    await expectReleased(alice, 1);
  });

  it('and was given up before it was removed does not come back either', async () => {
    const room = stage.room();
    const [alice, bob] = await callAcross(room);
    const bobMark = await bob.last();
    await network.cut();
    const leave = await expectToldOfLeave(bob, 'alice', 1, bobMark);
    await stage.api.removeUser(room, 'alice');
    await network.restore();
    await expectReleased(alice, 1);
    expect(await presenceOf(bob, 'alice', leave)).toEqual([]);
  });

  it('learns on return of the dismissal, even long after, and does not come back', async () => {
    const room = stage.room();
    const [alice, bob] = await callAcross(room);
    await network.cut();
    await stage.api.dismissRoom(room);
    await expectReleased(bob, 2);
    const dismissedAt = Date.now();
    await until('the deadline for a return has passed', () => Date.now() - dismissedAt > TIMERS.giveUp);
    await network.restore();
    await expectReleased(alice, 2);
    await expect(stage.api.dismissRoom(room)).rejects.toMatchObject({
      code: 'FailedOperation.RoomNotExist',
    });
  });

  it('learns on return that the same user has entered elsewhere, and does not come back', async () => {
    const room = stage.room();
    const [alice, bob] = await callAcross(room);
    const bobMark = await bob.last();
    await network.cut();
    const again = await stage.user('alice');
    await again.enterTalking({ room });
    await bob.waitFor('onUserVideoAvailable', ['alice', 1], { after: bobMark });
    await network.restore();
    await alice.waitFor('onError', [-102_018]);
    await expectReleased(alice, 1);
    await bob.watch('alice');
    expect((await presenceOf(bob, 'alice', bobMark)).map(([name]) => name)).not.toContain(
      'onRemoteUserLeaveRoom',
    );
    expect((await again.journal()).map(({ name }) => name)).not.toContain('onExitRoom');
  });

  it('can exit at once, and the others are told as soon as the network allows', async () => {
    const [alice, bob] = await callAcross(stage.room());
    const bobMark = await bob.last();
    await network.cut();
    const mark = await alice.last();
    const askedAt = Date.now();
    await alice.call('exitRoom');
    const exit = await alice.waitFor('onExitRoom', [0], { after: mark });
    expect(exit.at - askedAt, 'milliseconds until onExitRoom').toBeLessThan(2_000);
    await expectReleased(alice, 0);
    await network.restore();
    await expectToldOfLeave(bob, 'alice', 0, bobMark);
  });

  it('says by HTTP, once, that it exits when only that gets through', async () => {
    const [alice, bob] = await callAcross(stage.room());
    const [aliceMark, bobMark] = [await alice.last(), await bob.last()];
    const posts: string[] = [];
    alice.page.on('request', (request) => {
      if (request.method() === 'POST') posts.push(new URL(request.url()).pathname);
    });
    await alice.page.evaluate(() => {
      window.WebSocket = class extends WebSocket {
        constructor() {
          super('ws://127.0.0.1:9');
        }
      };
    });
    network.drop();
    await alice.waitFor('onConnectionLost', [], { after: aliceMark });
    const askedAt = Date.now();
    await alice.call('exitRoom');
    const exit = await alice.waitFor('onExitRoom', [0], { after: aliceMark });
    expect(exit.at - askedAt, 'milliseconds until onExitRoom').toBeLessThan(600);
    await expectToldOfLeave(bob, 'alice', 0, bobMark);
    await until('a second try would have been made', () => Date.now() - exit.at > 1_500);
    expect(posts).toEqual(['/v1/leave']);
  });

  it('can exit while it tries to reconnect', async () => {
    const [alice, bob] = await callAcross(stage.room());
    const bobMark = await bob.last();
    await network.cut();
    await alice.waitFor('onTryToReconnect');
    await alice.call('exitRoom');
    await expectReleased(alice, 0);
    const reconnects = (await alice.journal()).filter(({ name }) => name === 'onTryToReconnect').length;
    await network.restore();
    await expectToldOfLeave(bob, 'alice', 0, bobMark);
    const after = (await alice.journal()).filter(({ name }) => name === 'onTryToReconnect').length;
    expect(after).toBe(reconnects);
  });
});
