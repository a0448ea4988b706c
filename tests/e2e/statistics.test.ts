import type { TRTCStatistics } from '@rotunda/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inCall } from './support/expectations.ts';
import { Network, type NetworkOptions } from './support/network.ts';
import { STREAM, type Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';
import {
  countsAt,
  expectNear,
  local,
  PERIODS,
  ratesBetween,
  remote,
  statistics,
  statisticsOf,
  toldRates,
} from './support/statistics.ts';
import { until } from './support/wait.ts';

let stage: Stage;
const networks: Network[] = [];
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(async () => {
  await stage.clear();
  for (const network of networks.splice(0)) await network.close();
});
afterAll(() => stage?.close());

async function networkWith(options: NetworkOptions): Promise<Network> {
  const network = await Network.open(stage.serverUrl, options);
  networks.push(network);
  return network;
}

/** What a user is told of a loss on average of the next periods that have it. */
async function losses(user: Participant, of: (told: TRTCStatistics) => number | undefined): Promise<number> {
  const from = (await user.last())?.seq ?? 0;
  const told = await until(`${user.userId} is told of ${PERIODS} periods`, async () => {
    const periods = (await statisticsOf(user)).filter(({ seq }) => seq > from);
    const known = periods.flatMap((period) => of(period.told) ?? []);
    return known.length >= PERIODS && known.slice(0, PERIODS);
  });
  return told.reduce((sum, loss) => sum + loss, 0) / PERIODS;
}

describe('statistics', () => {
  it('agree with what really passes, on both sides', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await inCall(stage.room(), [alice, bob]);
    await statistics(bob, 'the joined chain', (told) => (remote(told, 'alice')?.point2PointDelay ?? 0) > 0);
    const before = await countsAt(bob, 'alice');
    const [sent, got] = await Promise.all([
      toldRates(alice, (told) => local(told, STREAM.big)),
      toldRates(bob, (told) => remote(told, 'alice')),
    ]);
    const passed = ratesBetween(before, await countsAt(bob, 'alice'));
    expectNear(sent, passed);
    expectNear(got, passed);
    expect(passed.fps).toBeGreaterThan(5);
    expect(passed.audioKbps).toBeGreaterThan(5);
  });

  it('tell the size and the kind of each stream, and of the path', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await inCall(stage.room(), [alice, bob]);
    const full = (told: TRTCStatistics): boolean => (local(told, STREAM.big)?.frameRate ?? 0) > 5;
    const sent = await statistics(alice, 'a full period', full);
    expect(local(sent, STREAM.big)).toMatchObject({ width: 640, height: 360, audioSampleRate: 48_000 });
    expect(local(sent, STREAM.small)).toMatchObject({ width: 160, height: 90 });
    const got = await statistics(
      bob,
      "alice's stream and his own",
      (told) => full(told) && (remote(told, 'alice')?.width ?? 0) === 640,
    );
    expect(remote(got, 'alice')).toMatchObject({ height: 360, streamType: STREAM.big });
    expect(got).toMatchObject({ downLoss: 0, localStatisticsArraySize: 2, remoteStatisticsArraySize: 1 });
    expect(got.rtt).toBeLessThan(50);
    expect(got.receivedBytes).toBeGreaterThan(10_000);
  });

  it('tell the sampling rate of the quality that is sent', async () => {
    const alice = await stage.user('alice');
    await alice.call('startLocalAudio', 1);
    await alice.enter({ room: stage.room() });
    const speech = await statistics(
      alice,
      'her voice',
      (told) => (local(told, STREAM.big)?.audioBitrate ?? 0) > 0,
    );
    expect(local(speech, STREAM.big)?.audioSampleRate).toBe(16_000);
    await alice.call('setAudioQuality', 2);
    await statistics(alice, 'more of it', (told) => local(told, STREAM.big)?.audioSampleRate === 48_000);
  });

  it('come every two seconds, after the quality, and end with the stay', async () => {
    const alice = await stage.user('alice');
    await alice.enter({ room: stage.room() });
    await until('three times', async () => (await statisticsOf(alice)).length >= 3, { timeoutMs: 10_000 });
    const gaps = (await statisticsOf(alice)).slice(0, 3).map(({ at }) => at);
    expect((gaps[2]! - gaps[0]!) / 2).toBeGreaterThan(1_500);
    expect((gaps[2]! - gaps[0]!) / 2).toBeLessThan(2_500);
    const names = (await alice.journal())
      .map(({ name }) => name)
      .filter((name) => /Statist|Quality/.test(name));
    expect(names.slice(0, 4)).toEqual([
      'onNetworkQuality',
      'onStatistics',
      'onNetworkQuality',
      'onStatistics',
    ]);
    await alice.call('exitRoom');
    const exited = await alice.waitFor('onExitRoom');
    await alice.page.waitForTimeout(2_500);
    expect(await alice.since(exited)).toEqual([]);
  });

  it('follow what is switched off', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await inCall(stage.room(), [alice, bob]);
    await alice.call('stopLocalPreview');
    await bob.waitFor('onUserVideoAvailable', ['alice', 0]);
    const sent = await statistics(alice, 'no picture', (told) => local(told, STREAM.big)?.width === 0);
    expect(sent.localStatisticsArray).toHaveLength(1);
    expect(local(sent, STREAM.big)).toMatchObject({ videoBitrate: 0, frameRate: 0, audioSampleRate: 48_000 });
  });
});

describe('a poor network', () => {
  it('shows its delay as rtt, there and at the other side', async () => {
    const slow = await networkWith({ delayMs: 75 });
    const alice = await stage.user('alice', { via: slow.url });
    const bob = await stage.user('bob');
    await inCall(stage.room(), [alice, bob]);
    const told = await statistics(alice, 'the delay', ({ rtt }) => rtt > 0);
    expect(told.rtt).toBeGreaterThan(140);
    expect(told.rtt).toBeLessThan(300);
    const there = await statistics(
      bob,
      "alice's delay",
      (got) => (remote(got, 'alice')?.remoteNetworkRTT ?? 0) > 0,
    );
    expect(remote(there, 'alice')?.remoteNetworkRTT).toBeGreaterThan(140);
    expect(remote(there, 'alice')?.point2PointDelay).toBeGreaterThan(75);
    const grades = (await alice.journal()).filter(({ name }) => name === 'onNetworkQuality');
    expect(grades.at(-1)?.args[0]).toEqual({ userId: '', quality: 2 });
  });

  it('shows its loss as loss on the uplink, and as a bad chain at the other side', async () => {
    const lossy = await networkWith({ loss: { up: 0.25, down: 0 } });
    const alice = await stage.user('alice', { via: lossy.url });
    const bob = await stage.user('bob');
    const room = stage.room();
    for (const user of [alice, bob]) await user.enterTalking({ room });
    // In one period hardly anything may be sent, so that chance decides; over some it does not.
    const [up, down, chain, sound] = await Promise.all([
      losses(alice, ({ upLoss }) => upLoss),
      losses(alice, ({ downLoss }) => downLoss),
      losses(bob, (told) => {
        const hers = remote(told, 'alice');
        // Before she has told of it, nothing is known of her part.
        return hers && hers.point2PointDelay > 0 ? hers.remoteNetworkUplinkLoss : undefined;
      }),
      losses(bob, (told) => remote(told, 'alice')?.audioPacketLoss),
    ]);
    expect(up).toBeGreaterThan(10);
    expect(up).toBeLessThan(45);
    expect(down).toBeLessThan(5);
    expect(chain).toBeGreaterThan(5);
    expect(sound).toBeGreaterThan(5);
    await until("bob is told of alice's poor chain", async () =>
      (await bob.journal()).some(
        ({ name, args: [, others] }) =>
          name === 'onNetworkQuality' &&
          (others as { userId: string; quality: number }[]).some(
            ({ userId, quality }) => userId === 'alice' && quality >= 4,
          ),
      ),
    );
  });
});
