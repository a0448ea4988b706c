import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AnyPage } from './support/any-page.ts';
import { APPLICATION, userSig } from './support/application.ts';
import { inCall } from './support/expectations.ts';
import type { Firefox } from './support/firefox.ts';
import { Network } from './support/network.ts';
import { STREAM, type Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';
import {
  countsAt,
  expectNear,
  local,
  ratesBetween,
  remote,
  statistics,
  statisticsOf,
  toldRates,
} from './support/statistics.ts';
import { until } from './support/wait.ts';

let stage: Stage;
let firefox: Firefox;
let slow: Network;
/** One way. */
const DELAY_MS = 75;
beforeAll(async () => {
  stage = await Stage.open();
  firefox = await stage.openFirefox();
  slow = await Network.open(stage.serverUrl, { delayMs: DELAY_MS });
});
afterEach(() => stage.clear());
afterAll(async () => {
  await slow?.close();
  await stage?.close();
});

type User = Participant<AnyPage>;

/** Alice is at a Firefox, Bob at a Chromium. */
function users(via?: string): Promise<[User, User]> {
  return Promise.all([stage.userOf(firefox, 'alice', via), stage.user('bob')]);
}

/** Each sends some messages by that method, which come as they are and in that order. */
async function expectBothWays<Message>(
  [alice, bob]: readonly [User, User],
  sent: readonly Message[],
  { send, told }: { send: (from: User, message: Message) => Promise<unknown>; told: string },
): Promise<void> {
  for (const [from, to] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    for (const message of sent) expect(await send(from, message)).toBe(true);
    const received = async (): Promise<readonly unknown[]> =>
      (await to.journal())
        .filter(({ name, args }) => name === told && args[0] === from.userId)
        .map(({ args }) => args.at(-1));
    await until(`${to.userId} got all`, async () => (await received()).length >= sent.length);
    expect(await received()).toEqual(sent);
  }
}

describe('Firefox in a room with Chromium', () => {
  it('sends and receives messages on pictures, which others still see', async () => {
    const pair = await users();
    for (const user of pair) await user.listenTo('onRecvSEIMsg');
    await inCall(stage.room(), pair);
    const tricky = [0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 2, 0, 0, 3, 255, 0, 0];
    await expectBothWays(pair, [tricky, [], ...Array.from({ length: 5 }, (_, index) => [index, ...tricky])], {
      send: (from, bytes) => from.call('sendSEIMsg', { bytes }, 3),
      told: 'onRecvSEIMsg',
    });
    const [alice, bob] = pair;
    await Promise.all([alice.sees('bob'), bob.sees('alice')]);
  });

  it('keeps the order of custom messages', async () => {
    const pair = await users();
    const room = stage.room();
    await Promise.all(pair.map((user) => user.enter({ room })));
    await expectBothWays(
      pair,
      Array.from({ length: 20 }, (_, index) => `${index}`),
      {
        send: (from, text) => from.call('sendCustomCmdMsg', 2, text, true, true),
        told: 'onRecvCustomCmdMsg',
      },
    );
  });

  it('is told what passes of what it sends and receives', async () => {
    const [alice, bob] = await users();
    await inCall(stage.room(), [alice, bob]);
    const full = await statistics(
      alice,
      'both directions',
      (told) => (local(told, STREAM.big)?.width ?? 0) === 640 && (remote(told, 'bob')?.width ?? 0) === 640,
    );
    expect(full.localStatisticsArray.map(({ streamType }) => streamType)).toEqual([STREAM.big, STREAM.small]);
    expect(local(full, STREAM.big)).toMatchObject({ height: 360, audioSampleRate: 48_000 });
    expect(local(full, STREAM.small)).toMatchObject({ width: 160, height: 90, audioSampleRate: 0 });
    expect(remote(full, 'bob')).toMatchObject({
      height: 360,
      streamType: STREAM.big,
      audioSampleRate: 48_000,
      audioPacketLoss: 0,
    });
    expect(remote(full, 'bob')?.jitterBufferDelay).toBeGreaterThan(0);
    expect(remote(full, 'bob')?.jitterBufferDelay).toBeLessThan(500);
    // At first a sender spends less than it may, and a viewer gets less than what is sent.
    await statistics(bob, 'all her frames', (told) => (remote(told, 'alice')?.frameRate ?? 0) >= 12);
    const before = { atBob: await countsAt(bob, 'alice'), atAlice: await countsAt(alice, 'bob') };
    const [sent, got] = await Promise.all([
      toldRates(alice, (told) => local(told, STREAM.big)),
      toldRates(alice, (told) => remote(told, 'bob')),
    ]);
    const [fromAlice, fromBob] = [
      ratesBetween(before.atBob, await countsAt(bob, 'alice')),
      ratesBetween(before.atAlice, await countsAt(alice, 'bob')),
    ];
    expectNear(sent, fromAlice);
    expectNear(got, fromBob);
    expect(Math.min(fromAlice.fps, fromBob.fps)).toBeGreaterThan(5);
    const [first, last] = [(await statisticsOf(alice)).at(0)?.told, (await statisticsOf(alice)).at(-1)?.told];
    expect(last?.sentBytes).toBeGreaterThan((first?.sentBytes ?? 0) + 20_000);
    expect(last?.receivedBytes).toBeGreaterThan((first?.receivedBytes ?? 0) + 20_000);
  });
});

describe('Firefox behind a slow network', () => {
  it('is told of the delay, and so is the other', async () => {
    const [alice, bob] = await users(slow.url);
    await inCall(stage.room(), [alice, bob]);
    const told = await statistics(
      alice,
      'the whole chain',
      (now) => now.rtt > 0 && (remote(now, 'bob')?.point2PointDelay ?? 0) > 0,
    );
    expect(told.rtt).toBeGreaterThan(2 * DELAY_MS * 0.95);
    expect(told.rtt).toBeLessThan(4 * DELAY_MS);
    expect(remote(told, 'bob')?.point2PointDelay).toBeGreaterThan(DELAY_MS);
    expect(Math.max(told.upLoss, told.downLoss)).toBeLessThan(5);
    const quality = (await alice.journal()).filter(({ name }) => name === 'onNetworkQuality').at(-1);
    expect(quality?.args).toEqual([{ userId: '', quality: 2 }, [{ userId: 'bob', quality: 2 }]]);
    const there = await statistics(bob, 'hers', (now) => (remote(now, 'alice')?.remoteNetworkRTT ?? 0) > 0);
    expect(remote(there, 'alice')?.remoteNetworkRTT).toBeGreaterThan(2 * DELAY_MS * 0.95);
    expect(remote(there, 'alice')?.point2PointDelay).toBeGreaterThan(DELAY_MS);
  });

  it('measures it with a speed test, which leaves nothing open', async () => {
    const alice = await stage.userOf(firefox, 'alice', slow.url);
    const [expectedUpBandwidth, expectedDownBandwidth] = [1_000, 2_000];
    const asked = { sdkAppId: APPLICATION.sdkAppId, userId: 'alice', userSig: userSig({ userId: 'alice' }) };
    const params = { ...asked, expectedUpBandwidth, expectedDownBandwidth };
    expect(await alice.call('startSpeedTest', params)).toBe(0);
    const [result] = (await alice.waitFor('onSpeedTestResult')).args as [Record<string, number>];
    expect(result).toMatchObject({ success: true, errMsg: '', ip: '127.0.0.1', quality: 2 });
    expect(Math.max(result['upLostRate'] ?? 1, result['downLostRate'] ?? 1)).toBeLessThan(0.03);
    expect(result['rtt']).toBeGreaterThan(2 * DELAY_MS * 0.95);
    expect(result['rtt']).toBeLessThan(4 * DELAY_MS);
    expect(result['availableUpBandwidth']).toBeGreaterThan(expectedUpBandwidth * 0.8);
    expect(result['availableUpBandwidth']).toBeLessThanOrEqual(expectedUpBandwidth);
    expect(result['availableDownBandwidth']).toBeGreaterThan(expectedDownBandwidth * 0.8);
    expect(result['availableDownBandwidth']).toBeLessThanOrEqual(expectedDownBandwidth);
    expect(await alice.openConnections()).toBe(0);
  });
});
