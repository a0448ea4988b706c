import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Network } from './support/network.ts';
import { STREAM, type Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

/** The same order as the real deadlines, quicker. */
const TIMERS = { unwatched: 1_000, heartbeat: 300, linkDead: 1_000, firstRetry: 200, maxRetry: 500 };

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

/** The layers of the camera that the browser encodes, by width. */
async function encoded(publisher: Participant): Promise<number[]> {
  const sent = await publisher.sent();
  return sent
    .filter(({ active }) => active)
    .map(({ width }) => width)
    .toSorted((a, b) => a - b);
}

async function encodes(publisher: Participant, widths: readonly number[]): Promise<void> {
  await until(`${publisher.userId} encodes pictures of width ${widths.join(' and ')}`, async () => {
    const now = await encoded(publisher);
    return now.length === widths.length && now.every((width, index) => width === widths[index]);
  });
}

async function framesSent(publisher: Participant): Promise<number> {
  return (await publisher.sent()).reduce((sum, { framesSent: frames }) => sum + frames, 0);
}

describe('a picture that nobody receives', () => {
  it('is not sent, is seen at once by who asks for it, and only in the layers that are asked for', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    await alice.enterTalking({ room });
    await bob.enter({ room });
    await encodes(alice, []);
    const before = await framesSent(alice);

    await bob.watch('alice', STREAM.small);
    await encodes(alice, [160]);
    expect(await framesSent(alice)).toBeGreaterThan(before);

    await bob.call('setRemoteVideoStreamType', 'alice', STREAM.big);
    await until('the big picture arrives', async () => (await bob.received('alice'))?.width === 640);
    await encodes(alice, [160, 640]);

    await bob.call('stopRemoteView', 'alice', STREAM.big);
    await encodes(alice, []);
    await bob.hears(1);
  });

  it('is sent again to somebody who asks while the publisher is cut off, when it is back', async () => {
    const alice = await stage.user('alice', { via: network.url });
    const bob = await stage.user('bob');
    const room = stage.room();
    await alice.enterTalking({ room });
    await bob.enter({ room });
    await encodes(alice, []);
    network.cutSignalling();
    await alice.waitFor('onConnectionLost');
    await bob.call('startRemoteView', 'alice', { view: 'alice-main' }, STREAM.big);
    await bob.waitFor('onUserVideoAvailable', ['alice', 1]);
    await network.restore();
    await alice.waitFor('onConnectionRecovery');
    await bob.sees('alice');
    await encodes(alice, [160, 640]);
  });
});
