import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { APPLICATION, userSig } from './support/application.ts';
import { Network } from './support/network.ts';
import type { Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';

let stage: Stage;
let network: Network | undefined;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(async () => {
  await stage.clear();
  await network?.close();
  network = undefined;
});
afterAll(async () => {
  await stage?.close();
});

interface Result {
  readonly success: boolean;
  readonly errMsg: string;
  readonly ip: string;
  readonly quality: number;
  readonly upLostRate: number;
  readonly downLostRate: number;
  readonly rtt: number;
  readonly availableUpBandwidth: number;
  readonly availableDownBandwidth: number;
}

const start = (
  by: Participant,
  { up = 1_000, down = 1_000, ticket = userSig({ userId: by.userId }) } = {},
): Promise<unknown> =>
  by.call('startSpeedTest', {
    sdkAppId: APPLICATION.sdkAppId,
    userId: by.userId,
    userSig: ticket,
    expectedUpBandwidth: up,
    expectedDownBandwidth: down,
  });

async function measure(by: Participant, wishes: Parameters<typeof start>[1] = {}): Promise<Result> {
  expect(await start(by, wishes)).toBe(0);
  return (await by.waitFor('onSpeedTestResult')).args[0] as Result;
}

it('finds a clean way clean, as wide as it was asked for, and leaves nothing open', async () => {
  const [alice] = await stage.users('alice');
  const result = await measure(alice, { up: 2_000, down: 3_000 });
  expect(result).toMatchObject({ success: true, errMsg: '', ip: '127.0.0.1' });
  expect(Math.max(result.upLostRate, result.downLostRate)).toBeLessThan(0.03);
  expect(result.rtt).toBeLessThan(100);
  expect(result.availableUpBandwidth).toBeGreaterThan(1_600);
  expect(result.availableUpBandwidth).toBeLessThanOrEqual(2_000);
  expect(result.availableDownBandwidth).toBeGreaterThan(2_400);
  expect(result.availableDownBandwidth).toBeLessThanOrEqual(3_000);
  expect(await alice.openConnections()).toBe(0);
});

it('finds the loss of each direction, and the time', async () => {
  network = await Network.open(stage.serverUrl, { loss: { up: 0.1, down: 0.1 }, delayMs: 60 });
  const alice = await stage.user('alice', { via: network.url });
  const result = await measure(alice, { up: 0, down: 0 });
  expect(result).toMatchObject({ success: true, availableUpBandwidth: -1, availableDownBandwidth: -1 });
  // A hundred packets: two lost ones, or twenty-five, are as good as impossible.
  for (const share of [result.upLostRate, result.downLostRate]) {
    expect(share).toBeGreaterThan(0.015);
    expect(share).toBeLessThan(0.25);
  }
  expect(result.rtt).toBeGreaterThanOrEqual(118);
  expect(result.rtt).toBeLessThan(250);
  expect(result.quality).toBeGreaterThanOrEqual(3);
  expect(await network.dropped()).toBeGreaterThan(10);
});

it('is refused without a valid ticket, in a room, and twice at once', async () => {
  const [alice] = await stage.users('alice');
  const expired = userSig({ userId: 'alice', expireSeconds: -10 });
  expect(await measure(alice, { ticket: expired })).toMatchObject({ success: false });
  expect(await start(alice)).toBe(0);
  expect(await start(alice)).toBe(-3);
  await alice.call('stopSpeedTest');
  await alice.enter({ room: stage.room() });
  expect(await start(alice)).toBe(-3);
  expect((await alice.journal()).filter(({ name }) => name === 'onSpeedTestResult')).toHaveLength(1);
});

it('does not stand in the way of a room that is entered meanwhile', async () => {
  const [alice, bob] = await stage.users('alice', 'bob');
  expect(await start(alice)).toBe(0);
  const room = stage.room();
  await bob.enterTalking({ room });
  await alice.enterTalking({ room });
  await alice.waitFor('onSpeedTestResult');
  await alice.watch('bob');
  await bob.watch('alice');
});
