import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Network, type NetworkOptions } from './support/network.ts';
import { STREAM, type Participant } from './support/participant.ts';
import { setScene } from './support/pictures.ts';
import { arriving, arrivesAs, type Arriving } from './support/rates.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

const PREFERENCE = { smooth: 1, clear: 2 } as const;
/** Enough for 320 x 180 pixels of the turning picture at 15 frames per second, by far not for 640 x 360. */
const NARROW_KBPS = 70;
const ENCODER = { videoResolution: 108, resMode: 0, videoFps: 15, videoBitrate: 550, enableAdjustRes: false };

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

interface Pair {
  readonly alice: Participant;
  readonly bob: Participant;
  readonly network: Network;
  readonly room: number;
}

/** Alice behind a network of her own, with a camera whose picture costs more than a narrow network carries; Bob beside the server. */
async function pair(options: NetworkOptions = {}): Promise<Pair> {
  const network = await Network.open(stage.serverUrl, options);
  networks.push(network);
  const alice = await stage.user('alice', { via: network.url });
  const bob = await stage.user('bob');
  await setScene(alice, 'turning');
  await alice.call('setVideoEncoderParam', { ...ENCODER, minVideoBitrate: 0 });
  return { alice, bob, network, room: stage.room() };
}

/** Without sound, so that all that the network carries is for the picture. */
async function send({ alice, bob, room }: Pair): Promise<void> {
  await alice.call('startLocalPreview', { view: 'self' });
  await alice.enter({ room });
  await bob.enter({ room });
  await bob.waitFor('onUserVideoAvailable', ['alice', 1]);
  await bob.call('startRemoteView', 'alice', { view: 'alice-main' }, STREAM.big);
}

/** @returns how it arrives over a good network. */
async function sendWell(users: Pair): Promise<Arriving> {
  await send(users);
  return arrivesAs(
    { viewer: users.bob, userId: 'alice', what: 'as large and as smooth as it is encoded' },
    ({ width, fps }) => width === 640 && fps > 10,
  );
}

describe('a narrow uplink', () => {
  it('makes the picture smaller, and leaves it as smooth, where smoothness is preferred', async () => {
    const users = await pair();
    await users.alice.call('enableSmallVideoStream', false);
    await users.alice.call('setNetworkQosParam', { preference: PREFERENCE.smooth, controlMode: 1 });
    const before = await sendWell(users);
    await users.network.limit({ up: NARROW_KBPS });
    const after = await arrivesAs(
      { viewer: users.bob, userId: 'alice', what: 'smaller and as smooth as before' },
      ({ width, fps }) => width < 640 && fps > before.fps * 0.75,
      { periodMs: 4_000 },
    );
    expect(after.kbps).toBeLessThan(NARROW_KBPS * 1.1);
  });

  it('makes the picture smaller also where clearness is preferred, if its size may be adjusted', async () => {
    const users = await pair();
    await users.alice.call('enableSmallVideoStream', false);
    await users.alice.call('setVideoEncoderParam', { ...ENCODER, enableAdjustRes: true });
    const before = await sendWell(users);
    await users.network.limit({ up: NARROW_KBPS });
    await arrivesAs(
      { viewer: users.bob, userId: 'alice', what: 'smaller, and smoother than it would be in its full size' },
      ({ width, fps }) => width < 640 && fps > before.fps * 0.5,
      { periodMs: 4_000 },
    );
  });

  it('makes the picture jerky, and leaves it as large, where clearness is preferred', async () => {
    const users = await pair();
    await users.alice.call('enableSmallVideoStream', false);
    const before = await sendWell(users);
    await users.network.limit({ up: NARROW_KBPS });
    await arrivesAs(
      { viewer: users.bob, userId: 'alice', what: 'in fewer frames' },
      ({ fps }) => fps < before.fps * 0.6,
    );
    // By now it would be smaller if smoothness was preferred.
    const whole: Arriving[] = [];
    while (whole.length < 5) whole.push(await arriving(users.bob, 'alice'));
    expect(whole.map(({ width }) => width)).toEqual([640, 640, 640, 640, 640]);
    const fps = whole.reduce((sum, each) => sum + each.fps, 0) / whole.length;
    expect(fps).toBeLessThan(before.fps * 0.75);
    expect(fps).toBeGreaterThan(0);
  });

  it('leaves the small stream, as smooth as before, and no big one, where smoothness is preferred and both are sent', async () => {
    const users = await pair();
    await users.alice.call('setNetworkQosParam', { preference: PREFERENCE.smooth, controlMode: 1 });
    const before = await sendWell(users);
    await users.network.limit({ up: NARROW_KBPS + 60 });
    const small = ({ width, fps }: Arriving): boolean => width === 160 && fps > before.fps * 0.75;
    const stream = { viewer: users.bob, userId: 'alice', what: 'in the size of the small stream' };
    await arrivesAs(stream, small, { periodMs: 4_000 });
    // By now only the big one would be sent if clearness was preferred.
    expect(await arriving(users.bob, 'alice', { periodMs: 12_000 })).toSatisfy(small);
  });
});

describe('a narrow uplink that is to carry a clear picture beside a small stream', () => {
  /** Of these, the small stream takes 110, and browsers then have too little left for a big one. */
  const UPLINK_KBPS = 200;

  async function sendOnlyBig(users: Pair): Promise<void> {
    await sendWell(users);
    await users.network.limit({ up: UPLINK_KBPS });
    await sendsLayers(users.alice, ['r1']);
    await arrivesLarge(users.bob);
  }

  async function sendsLayers(alice: Participant, rids: readonly string[]): Promise<void> {
    await until(
      `alice sends the layers ${rids.join(' and ')}`,
      async () => {
        const sent = (await alice.sent()).filter(({ active }) => active);
        return sent.length === rids.length && sent.every(({ rid }) => rids.includes(rid));
      },
      { timeoutMs: 40_000 },
    );
  }

  const arrivesLarge = (viewer: Participant): Promise<Arriving> =>
    arrivesAs({ viewer, userId: 'alice', what: 'large' }, ({ width, fps }) => width === 640 && fps > 3);

  const arrivesSmall = (viewer: Participant): Promise<Arriving> =>
    arrivesAs({ viewer, userId: 'alice', what: 'small' }, ({ width, fps }) => width === 160 && fps > 3, {
      timeoutMs: 20_000,
    });

  it('leaves the big one as large, and takes the small one back when there is room again', async () => {
    const users = await pair();
    await sendOnlyBig(users);
    const whole: Arriving[] = [];
    while (whole.length < 4) whole.push(await arriving(users.bob, 'alice'));
    expect(whole.map(({ width }) => width)).toEqual([640, 640, 640, 640]);
    expect(Math.min(...whole.map(({ fps }) => fps))).toBeGreaterThan(3);
    expect(Math.max(...whole.map(({ kbps }) => kbps))).toBeLessThan(UPLINK_KBPS * 1.1);
    await users.network.limit({});
    await sendsLayers(users.alice, ['r0', 'r1']);
    await arrivesLarge(users.bob);
  });

  it('leaves the small one as soon as somebody asks for it, and as long', async () => {
    const users = await pair();
    const carol = await stage.user('carol');
    await sendOnlyBig(users);
    await carol.enter({ room: users.room });
    await carol.waitFor('onUserVideoAvailable', ['alice', 1]);
    await carol.call('startRemoteView', 'alice', { view: 'alice-main' }, STREAM.small);
    await arrivesSmall(carol);
    await carol.call('setRemoteVideoStreamType', 'alice', STREAM.big);
    await arrivesLarge(carol);
    await arrivesLarge(users.bob);
  });

  it('leaves the small one when a viewer cannot receive the big one, until that one is gone', async () => {
    const users = await pair();
    const behind = await Network.open(stage.serverUrl);
    networks.push(behind);
    const carol = await stage.user('carol', { via: behind.url });
    // Half of what carol can receive, so that the server passes it on without a doubt.
    await users.alice.call('enableSmallVideoStream', true, {
      videoResolution: 100,
      resMode: 0,
      videoBitrate: 70,
    });
    await sendOnlyBig(users);
    await carol.enter({ room: users.room });
    await carol.waitFor('onUserVideoAvailable', ['alice', 1]);
    await carol.call('startRemoteView', 'alice', { view: 'alice-main' }, STREAM.big);
    await arrivesLarge(carol);
    await behind.limit({ down: 140 });
    await arrivesSmall(carol);
    // Longer than it takes to do without a layer that nobody needs.
    expect(await arriving(carol, 'alice', { periodMs: 15_000 })).toMatchObject({ width: 160 });
    await carol.call('exitRoom');
    await arrivesLarge(users.bob);
  });
});

describe('a narrow downlink', () => {
  it('gives its viewer the small stream, as smooth as the big one that the others still get', async () => {
    const network = await Network.open(stage.serverUrl);
    networks.push(network);
    const room = stage.room();
    const [alice, carol] = await stage.users('alice', 'carol');
    const bob = await stage.user('bob', { via: network.url });
    await setScene(alice, 'turning');
    await alice.call('startLocalPreview', { view: 'self' });
    for (const user of [alice, bob, carol]) await user.enter({ room });
    for (const viewer of [bob, carol]) {
      await viewer.waitFor('onUserVideoAvailable', ['alice', 1]);
      await viewer.call('startRemoteView', 'alice', { view: 'alice-main' }, STREAM.big);
    }
    const big = ({ width, fps }: Arriving): boolean => width === 640 && fps > 10;
    await arrivesAs({ viewer: bob, userId: 'alice', what: 'large' }, big);
    await network.limit({ down: 250 });
    await arrivesAs(
      { viewer: bob, userId: 'alice', what: 'small and smooth' },
      ({ width, fps }) => width === 160 && fps > 10,
      { periodMs: 4_000 },
    );
    expect(big(await arriving(carol, 'alice')), 'carol still gets the big one').toBe(true);
    await network.limit({});
    await arrivesAs({ viewer: bob, userId: 'alice', what: 'large again' }, big, { timeoutMs: 80_000 });
  });
});

describe('an uplink that loses 30 % of the packets', () => {
  const LOSS = { loss: { up: 0.3, down: 0 } };

  it('leaves next to nothing of the bitrate, unless a lowest one was asked for', async () => {
    const users = await pair(LOSS);
    await users.alice.call('enableSmallVideoStream', false);
    await send(users);
    const stream = { viewer: users.bob, userId: 'alice' };
    await arrivesAs({ ...stream, what: 'at next to no bitrate' }, ({ kbps }) => kbps < 80);
    await users.alice.call('stopLocalPreview');
    await users.bob.waitFor('onUserVideoAvailable', ['alice', 0]);
    const mark = await users.bob.last();
    await users.alice.call('setVideoEncoderParam', { ...ENCODER, minVideoBitrate: 400 });
    await users.alice.call('startLocalPreview', { view: 'self' });
    await users.bob.waitFor('onUserVideoAvailable', ['alice', 1], { after: mark });
    // What is sent again because it was lost is part of the bitrate.
    const held = await arrivesAs({ ...stream, what: 'at the lowest bitrate' }, ({ kbps }) => kbps > 150);
    const later = await arriving(users.bob, 'alice', { periodMs: 8_000 });
    expect(later.kbps).toBeGreaterThan(150);
    expect(Math.max(later.kbps, held.kbps)).toBeLessThan(450);
  });
});
