import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inCall } from './support/expectations.ts';
import { Network } from './support/network.ts';
import { STREAM, type Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

/** Frames sent, by simulcast layer, and frames that the other side decoded, both since entering. */
interface FrameCount {
  readonly sent: ReadonlyMap<string, number>;
  readonly decoded: number;
}

async function count(sender: Participant, viewer: Participant): Promise<FrameCount> {
  const [layers, received] = await Promise.all([sender.sent(), viewer.received(sender.userId)]);
  return {
    sent: new Map(layers.map(({ rid, framesSent }) => [rid, framesSent])),
    decoded: received?.framesDecoded ?? 0,
  };
}

/** Every layer carries the same pictures, and a sender short of bandwidth leaves the big one out: the fullest counts. */
function sentBetween(before: FrameCount, after: FrameCount): number {
  return Math.max(...[...after.sent].map(([rid, frames]) => frames - (before.sent.get(rid) ?? 0)));
}

/** @returns the share of frames that were decoded while `frames` were sent. */
async function decodedShare(sender: Participant, viewer: Participant, frames: number): Promise<number> {
  const before = await count(sender, viewer);
  const after = await until(
    `${sender.userId} sends ${frames} frames`,
    async () => {
      const now = await count(sender, viewer);
      return sentBetween(before, now) >= frames && now;
    },
    { timeoutMs: 60_000 },
  );
  return (after.decoded - before.decoded) / sentBetween(before, after);
}

describe('a network that lets only TCP through', () => {
  it('carries the call over ICE-TCP', async () => {
    const network = await Network.open(stage.serverUrl, { protocol: 'tcp' });
    const alice = await stage.user('alice', { via: network.url });
    const bob = await stage.user('bob');
    await inCall(stage.room(), [alice, bob]);
    await Promise.all([alice.hears(1), bob.hears(1)]);
    expect((await alice.paths()).map(({ protocol }) => protocol)).toEqual(['tcp', 'tcp']);
    await stage.clear();
    await network.close();
  });
});

describe('a network that loses 5 % of the packets', () => {
  it.each([
    { way: 'uplink', loss: { up: 0.05, down: 0 }, lossy: 'sender' },
    { way: 'downlink', loss: { up: 0, down: 0.05 }, lossy: 'viewer' },
  ] as const)('on the $way still gets at least 95 % of the frames decoded', async ({ loss, lossy }) => {
    const network = await Network.open(stage.serverUrl, { loss, seed: 7 });
    const behind = (who: 'sender' | 'viewer') => (who === lossy ? { via: network.url } : {});
    const room = stage.room();
    const sender = await stage.user('sender', behind('sender'));
    const viewer = await stage.user('viewer', behind('viewer'));
    await Promise.all([sender.enterTalking({ room }), viewer.enter({ room })]);
    await viewer.waitFor('onUserVideoAvailable', ['sender', 1]);
    await viewer.watch('sender');
    // The bandwidth estimate has settled by then.
    await viewer.sees('sender', STREAM.big, 45);
    const dropped = await network.dropped();
    expect(await decodedShare(sender, viewer, 200)).toBeGreaterThanOrEqual(0.95);
    expect((await network.dropped()) - dropped, 'packets lost on purpose').toBeGreaterThan(10);
    await stage.clear();
    await network.close();
  });
});
