import { expect, it } from 'vitest';
import { TRTCCloud } from '../native/cloud.ts';
import { TRTCParams } from '../native/params.ts';
import type { TRTCStatistics } from '../native/statistics.ts';
import { FakePlatform } from '../testing/fake-platform.ts';
import { FakeServer } from '../testing/fake-server.ts';
import { recorded } from './recorded-call.contract.ts';

async function inRoom(userId: string, server = new FakeServer()) {
  const fake = new FakePlatform(server);
  const cloud = new TRTCCloud(undefined, fake.platform);
  const told: [at: number, local: number, remote: string][] = [];
  const statistics: TRTCStatistics[] = [];
  cloud.enterRoom(new TRTCParams(1400000001, userId, 'ticket', 77), 0);
  await fake.settle();
  const startedAt = fake.clock.now();
  cloud.on('onNetworkQuality', (local, remote) =>
    told.push([
      fake.clock.now() - startedAt,
      local.quality,
      remote.map((other) => `${other.userId} ${other.quality}`).join(),
    ]),
  );
  cloud.on('onStatistics', (given) => statistics.push(given));
  return { fake, cloud, told, statistics };
}

it('tells quality and statistics every two seconds, and nothing after the end', async () => {
  const { fake, cloud, told, statistics } = await inRoom('alice');
  fake.engines.last.measured = recorded('before');
  await fake.advance(2_000);
  fake.engines.last.measured = recorded('after');
  await fake.advance(2_000);
  expect(told).toEqual([
    [2_000, 1, ''],
    [4_000, 1, ''],
  ]);
  expect(statistics[1]).toMatchObject({
    rtt: 1,
    upLoss: 0,
    sentBytes: 413442 + 10088,
    localStatisticsArray: [
      { streamType: 0, width: 640, height: 360, frameRate: 15, videoBitrate: 157, audioBitrate: 38 },
      { streamType: 1, width: 160, height: 90, frameRate: 15, videoBitrate: 41, audioBitrate: 0 },
    ],
    localStatisticsArraySize: 2,
    remoteStatisticsArraySize: 0,
    gatewayRtt: 0,
  });
  cloud.exitRoom();
  await fake.advance(5_000);
  expect(told).toHaveLength(2);
  expect(fake.clock.pending).toBe(0);
});

it('reads the statistics once for all: every second while something is received, otherwise every two', async () => {
  const server = new FakeServer();
  server.addUser('bob', ['audio', 'video']);
  const { fake, cloud } = await inRoom('alice', server);
  const engine = fake.engines.last;
  let reads = 0;
  const stats = engine.stats.bind(engine);
  engine.stats = () => {
    reads += 1;
    return stats();
  };
  await fake.advance(10_000);
  expect(reads, 'who listens').toBe(10);
  cloud.startRemoteView('bob', null, 0);
  await fake.advance(10_000);
  expect(reads, 'who looks and listens').toBe(20);
  cloud.stopRemoteView('bob', 0);
  cloud.muteAllRemoteAudio(true);
  await fake.advance(10_000);
  expect(reads, 'who only waits').toBe(25);
});

it('tells a second later, and leaves nothing out, when reading takes longer than a second', async () => {
  const server = new FakeServer();
  server.addUser('bob', ['audio']);
  const { fake, told } = await inRoom('alice', server);
  const release = fake.gates.hold('stats');
  await fake.advance(2_000);
  release();
  await fake.advance(2_000);
  expect(told.map(([at]) => at)).toEqual([3_000]);
});

it('calls the network down while the link is', async () => {
  const { fake, told } = await inRoom('alice');
  fake.network.state = 'cut';
  fake.network.breakAll();
  await fake.advance(2_000);
  fake.network.state = 'up';
  await fake.advance(8_000);
  expect(told[0]).toEqual([2_000, 6, '']);
  expect(told.at(-1)?.[1]).not.toBe(6);
});

it("joins what the other's SDK told of its own path", async () => {
  const server = new FakeServer();
  const bob = await inRoom('bob', server);
  bob.cloud.startLocalAudio(2);
  await bob.fake.settle();
  const alice = await inRoom('alice', server);
  // Bob's packets get lost on his way to the server.
  const lossy = recorded('after');
  for (const entry of lossy.send) if ('packetsLost' in entry) Object.assign(entry, { packetsLost: 500 });
  bob.fake.engines.last.measured = lossy;
  await bob.fake.advance(2_000);
  const [consumerId] = alice.fake.engines.last.received;
  const ssrc = 391531503;
  alice.fake.engines.last.measured = { ...recorded('after'), consumers: new Map([[ssrc, consumerId!]]) };
  await alice.fake.advance(4_000);
  expect(bob.told.at(-1)?.slice(1)).toEqual([5, '']);
  expect(alice.told.at(-1)?.slice(1)).toEqual([1, 'bob 5']);
  expect(alice.statistics.at(-1)?.remoteStatisticsArray).toEqual([
    expect.objectContaining({ userId: 'bob', remoteNetworkRTT: 1, remoteNetworkUplinkLoss: 100 }),
  ]);
});

it('stops in the middle when a listener leaves', async () => {
  const { fake, cloud, told, statistics } = await inRoom('alice');
  cloud.on('onNetworkQuality', () => cloud.exitRoom());
  await fake.advance(6_000);
  expect(told).toHaveLength(1);
  expect(statistics).toEqual([]);
  expect(fake.clock.pending).toBe(0);
});
