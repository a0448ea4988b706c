import type { TRTCLocalStatistics, TRTCRemoteStatistics, TRTCStatistics } from '@rotunda/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inCall } from './support/expectations.ts';
import { Network, type NetworkOptions } from './support/network.ts';
import type { JournalEntry } from './support/page/journal.ts';
import { STREAM, type Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';
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

async function statisticsOf(
  user: Participant,
): Promise<readonly (JournalEntry & { told: TRTCStatistics })[]> {
  const entries = (await user.journal()).filter(({ name }) => name === 'onStatistics');
  return entries.map((entry) => ({ ...entry, told: entry.args[0] as TRTCStatistics }));
}

/** The first statistics from now on that satisfy. */
async function statistics(
  user: Participant,
  what: string,
  fits: (told: TRTCStatistics) => boolean,
): Promise<TRTCStatistics> {
  const from = (await user.last())?.seq ?? 0;
  return until(
    `${user.userId} is told of ${what}`,
    async () => (await statisticsOf(user)).find(({ seq, told }) => seq > from && fits(told))?.told,
  );
}

const local = (told: TRTCStatistics, type: number): TRTCLocalStatistics | undefined =>
  told.localStatisticsArray.find(({ streamType }) => streamType === type);
const remote = (told: TRTCStatistics, userId: string): TRTCRemoteStatistics | undefined =>
  told.remoteStatisticsArray.find((other) => other.userId === userId);

describe('statistics', () => {
  it('agree with what really passes, on both sides', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await inCall(stage.room(), [alice, bob]);
    const sent = await statistics(
      alice,
      'a full period',
      (told) => (local(told, STREAM.big)?.frameRate ?? 0) > 5,
    );
    const [before, startedAt] = [await bob.received('alice'), Date.now()];
    const got = await statistics(
      bob,
      'the joined chain',
      (told) => (remote(told, 'alice')?.point2PointDelay ?? 0) > 0,
    );
    const after = await bob.received('alice');
    const seconds = (Date.now() - startedAt) / 1000;
    const fps = ((after?.framesDecoded ?? 0) - (before?.framesDecoded ?? 0)) / seconds;

    const [big, small, seen] = [local(sent, STREAM.big), local(sent, STREAM.small), remote(got, 'alice')];
    expect(seen).toMatchObject({ width: after?.width, height: after?.height, streamType: STREAM.big });
    expect(big).toMatchObject({ width: 640, height: 360, audioSampleRate: 48_000 });
    expect(small).toMatchObject({ width: 160, height: 90 });
    expect(seen?.frameRate).toBeGreaterThan(fps * 0.7);
    expect(seen?.frameRate).toBeLessThan(fps * 1.3 + 2);
    for (const [there, here] of [
      [big?.videoBitrate, seen?.videoBitrate],
      [big?.audioBitrate, seen?.audioBitrate],
    ]) {
      expect(here).toBeGreaterThan((there ?? 0) * 0.6);
      expect(here).toBeLessThan((there ?? 0) * 1.5 + 5);
    }
    expect(seen?.audioBitrate).toBeGreaterThan(5);
    expect(got).toMatchObject({ downLoss: 0, localStatisticsArraySize: 2, remoteStatisticsArraySize: 1 });
    expect(got.rtt).toBeLessThan(50);
    expect(got.receivedBytes).toBeGreaterThan(10_000);
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
    const told = await statistics(alice, 'losses', ({ upLoss }) => upLoss > 10);
    expect(told.upLoss).toBeLessThan(50);
    expect(told.downLoss).toBeLessThan(5);
    await until("bob is told of alice's poor chain", async () =>
      (await bob.journal()).some(
        ({ name, args: [, others] }) =>
          name === 'onNetworkQuality' &&
          (others as { userId: string; quality: number }[]).some(
            ({ userId, quality }) => userId === 'alice' && quality >= 4,
          ),
      ),
    );
    const got = await statistics(
      bob,
      'her losses',
      (each) => (remote(each, 'alice')?.remoteNetworkUplinkLoss ?? 0) > 5,
    );
    expect(remote(got, 'alice')?.audioPacketLoss).toBeGreaterThan(5);
  });
});
