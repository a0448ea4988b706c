import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { inCall, presenceOf } from './support/expectations.ts';
import { Network } from './support/network.ts';
import { Stage } from './support/stage.ts';

let stage: Stage;
let network: Network;
beforeAll(async () => {
  stage = await Stage.open({ timers: 'trtc' });
  network = await Network.open(stage.serverUrl);
});
afterEach(() => stage.clear());
afterAll(async () => {
  await network?.close();
  await stage?.close();
});

it("with TRTC's own deadlines a lost link is told after 8 s, tried again after 11, and unnoticed by the others if it comes back", async () => {
  const alice = await stage.user('alice', { via: network.url });
  const bob = await stage.user('bob');
  await inCall(stage.room(), [alice, bob]);
  const [aliceMark, bobMark] = [await alice.last(), await bob.last()];
  const cutAt = Date.now();
  await network.cut();
  const lost = await alice.waitFor('onConnectionLost', [], { after: aliceMark });
  // The last ping may have come up to 2 s before the cut.
  expect(lost.at - cutAt, 'milliseconds until onConnectionLost').toBeGreaterThan(5_500);
  expect(lost.at - cutAt, 'milliseconds until onConnectionLost').toBeLessThan(10_000);
  const trying = await alice.waitFor('onTryToReconnect', [], { after: lost });
  expect(trying.at - lost.at, 'milliseconds from there to onTryToReconnect').toBeGreaterThan(2_900);
  expect(trying.at - lost.at, 'milliseconds from there to onTryToReconnect').toBeLessThan(4_500);
  await network.restore();
  await alice.waitFor('onConnectionRecovery', [], { after: trying });
  await Promise.all([bob.sees('alice'), alice.sees('bob')]);
  await bob.call('muteLocalAudio', true);
  await alice.waitFor('onUserAudioAvailable', ['bob', 0], { after: aliceMark });
  expect(await presenceOf(bob, 'alice', bobMark)).toEqual([]);
  expect(await presenceOf(alice, 'bob', aliceMark)).toEqual([['onUserAudioAvailable', 'bob', 0]]);
});
