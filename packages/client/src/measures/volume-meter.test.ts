import { describe, expect, it } from 'vitest';
import { TRTCCloud } from '../native/cloud.ts';
import { TRTCParams } from '../native/params.ts';
import { FakePlatform } from '../testing/fake-platform.ts';

type Told = [at: number, total: number, users: string];

/** Alice, in a room with Bob and Carol, whose volumes are what `hear` says. */
async function inRoom() {
  const fake = new FakePlatform();
  const cloud = new TRTCCloud(undefined, fake.platform);
  const startedAt = fake.clock.now();
  const told: Told[] = [];
  cloud.on('onUserVoiceVolume', (volumes, count, total) => {
    expect(count).toBe(volumes.length);
    const users = volumes.map(({ userId, volume, vad }) => `${userId || 'me'} ${volume}${vad ? '!' : ''}`);
    told.push([fake.clock.now() - startedAt, total, users.join(', ')]);
  });
  const enter = async (): Promise<void> => {
    cloud.enterRoom(new TRTCParams(1400000001, 'alice', 'ticket', 77), 0);
    await fake.settle();
  };
  await enter();
  for (const userId of ['bob', 'carol']) {
    fake.server.addUser(userId, ['audio']);
    await fake.settle();
  }
  const counted = { me: { energy: 0, seconds: 0 }, others: [0, 0], seconds: 0 };
  /** A second of sound at these amplitudes (root mean square); `me` is null while nothing is sent. */
  const hear = (amplitudes: { me: number | null; others: readonly [number, number] }): void => {
    counted.seconds++;
    counted.others = counted.others.map((energy, index) => energy + (amplitudes.others[index] ?? 0) ** 2);
    if (amplitudes.me !== null) {
      counted.me = { energy: counted.me.energy + amplitudes.me ** 2, seconds: counted.me.seconds + 1 };
    }
    const engine = fake.engines.last;
    const consumers = new Map([...engine.received].map((consumerId, index) => [100 + index, consumerId]));
    const sound = (energy: number, seconds: number) => ({
      kind: 'audio',
      totalAudioEnergy: energy,
      totalSamplesDuration: seconds,
    });
    engine.measured = {
      sources: new Map(),
      consumers,
      send:
        amplitudes.me === null
          ? []
          : [{ id: 'mine', type: 'media-source', ...sound(counted.me.energy, counted.me.seconds) }],
      recv: counted.others.map((energy, index) => ({
        id: `in-${index}`,
        type: 'inbound-rtp',
        ssrc: 100 + index,
        ...sound(energy, counted.seconds),
      })),
    };
  };
  return { fake, cloud, told, hear, enter };
}

describe('the volume of everybody', () => {
  it('is told at the asked interval, of the time since the last time, whether or not anybody speaks', async () => {
    const { fake, cloud, told, hear } = await inRoom();
    hear({ me: null, others: [0.9, 0.9] });
    cloud.startLocalAudio();
    cloud.enableAudioVolumeEvaluation(300);
    await fake.settle();
    hear({ me: 0.25, others: [0.04, 0] });
    await fake.advance(300);
    hear({ me: 0, others: [0.003, 0.004] });
    await fake.advance(600);
    expect(told).toEqual([
      [300, 20, 'me 50!, bob 20!, carol 0'],
      [600, 7, 'me 0, bob 5, carol 6'],
      [900, 0, 'me 0, bob 0, carol 0'],
    ]);
  });

  it('is 0 while there is no more than the noise of a line', async () => {
    const { fake, cloud, told, hear } = await inRoom();
    hear({ me: null, others: [0, 0] });
    cloud.enableAudioVolumeEvaluation(100);
    await fake.settle();
    hear({ me: null, others: [0.0006, 0.0006] });
    await fake.advance(100);
    expect(told).toEqual([[100, 0, 'bob 0, carol 0']]);
  });

  it('leaves oneself out while no microphone is open, and has one at 0 while nothing is sent', async () => {
    const { fake, cloud, told, hear } = await inRoom();
    cloud.enableAudioVolumeEvaluation(200);
    hear({ me: null, others: [0, 0] });
    await fake.advance(200);
    cloud.startLocalAudio();
    await fake.advance(200);
    expect(told.map(([, , users]) => users)).toEqual(['bob 0, carol 0', 'me 0, bob 0, carol 0']);
  });

  it('leaves out whom the user does not hear', async () => {
    const { fake, cloud, told, hear } = await inRoom();
    cloud.muteRemoteAudio('bob', true);
    await fake.settle();
    hear({ me: null, others: [0.25, 0] });
    cloud.enableAudioVolumeEvaluation(100);
    await fake.settle();
    hear({ me: null, others: [0.25, 0] });
    await fake.advance(100);
    expect(told).toEqual([[100, 50, 'carol 50!']]);
  });

  it('is measured anew when another track is sent', async () => {
    const { fake, cloud, told, hear } = await inRoom();
    cloud.startLocalAudio();
    hear({ me: 1, others: [0, 0] });
    cloud.enableAudioVolumeEvaluation(100);
    await fake.settle();
    fake.engines.last.measured = {
      ...fake.engines.last.measured,
      send: [
        { id: 'mine', type: 'media-source', kind: 'audio', totalAudioEnergy: 0.1, totalSamplesDuration: 0.4 },
      ],
    };
    await fake.advance(100);
    expect(told[0]?.[2]).toContain('me 71!');
  });

  it('of oneself is measured in a graph where the browser does not count what it sends, and nothing else changes', async () => {
    const { fake, cloud, told } = await inRoom();
    cloud.startLocalAudio();
    cloud.enableAudioVolumeEvaluation(100);
    await fake.settle();
    const engine = fake.engines.last;
    engine.measured = { ...engine.measured, send: [{ type: 'outbound-rtp', kind: 'audio' }] };
    await fake.advance(100);
    const [microphone] = fake.audio.last.inputs;
    if (microphone) microphone.loudness = 0.25;
    await fake.advance(100);
    expect(told.map(([, , users]) => users)).toEqual(['me 0', 'me 50!']);
    expect(engine.sent.get('audio')?.track).toBe(fake.devices.live[0]);
    expect(microphone?.gains).toEqual({});
    cloud.setAudioCaptureVolume(50);
    await fake.settle();
    fake.audio.last.loudness = 0.04;
    await fake.advance(100);
    expect(told.at(-1)?.[2], 'what goes out of the graph').toBe('me 20!');
  });

  it('of others is measured in a graph while they are not played in full, and the platform counts less than that', async () => {
    const { fake, cloud, told, hear } = await inRoom();
    const next = async (others: readonly [number, number]): Promise<string | undefined> => {
      hear({ me: null, others });
      await fake.advance(100);
      return told.at(-1)?.[2];
    };
    hear({ me: null, others: [0, 0] });
    cloud.enableAudioVolumeEvaluation(100);
    await fake.settle();
    expect(fake.audio.graphs, 'none while everybody is played in full').toEqual([]);
    cloud.setRemoteAudioVolume('bob', 50);
    for (const input of fake.audio.last.inputs) input.loudness = 0.64;
    expect(await next([0.16, 0.16])).toBe('bob 80!, carol 40!');
    cloud.enable3DSpatialAudioEffect(true);
    cloud.setRemoteAudioVolume('bob', 100);
    cloud.updateRemote3DSpatialPosition('bob', [0, 2, 0]);
    for (const input of fake.audio.last.inputs) input.loudness = 0.81;
    expect(await next([0, 0.16]), 'heard by the graph').toBe('bob 90!, carol 40!');
    fake.audio.last.setRunning(false);
    expect(await next([0.04, 0.16]), 'counted while the graph stands still').toBe('bob 20!, carol 40!');
    cloud.enable3DSpatialAudioEffect(false);
    expect(fake.audio.last.inputs.size, 'played in full again').toBe(0);
  });

  it('keeps the interval although the platform counts slowly', async () => {
    const { fake, cloud, told, hear } = await inRoom();
    hear({ me: null, others: [0, 0] });
    cloud.enableAudioVolumeEvaluation(100);
    await fake.settle();
    const release = fake.gates.hold('stats');
    await fake.advance(400);
    expect(told.map(([at]) => at)).toEqual([200, 300, 400]);
    release();
    await fake.advance(100);
    expect(told).toHaveLength(5);
  });

  it.each([
    ['0', 0, []],
    ['less', -1, []],
    ['less than 100 ms', 10, [100, 200]],
  ])('at an interval of %s', async (_what, interval, times) => {
    const { fake, cloud, told } = await inRoom();
    cloud.enableAudioVolumeEvaluation(interval);
    await fake.advance(200);
    expect(told.map(([at]) => at)).toEqual(times);
  });

  it('is told no more when it is turned off', async () => {
    const { fake, cloud, told } = await inRoom();
    cloud.enableAudioVolumeEvaluation(100);
    await fake.advance(100);
    cloud.enableAudioVolumeEvaluation(0);
    await fake.advance(500);
    expect(told).toHaveLength(1);
  });

  it('is told in rooms only, and in the next one again', async () => {
    const { fake, cloud, told, enter } = await inRoom();
    cloud.enableAudioVolumeEvaluation(100);
    cloud.exitRoom();
    await fake.advance(1_000);
    expect(told).toEqual([]);
    expect(fake.clock.pending).toBe(0);
    await enter();
    await fake.advance(100);
    expect(told).toHaveLength(1);
    cloud.destroy();
    await fake.advance(2_000);
    expect(fake.clock.pending).toBe(0);
  });

  it('goes on while the link is down', async () => {
    const { fake, cloud, told } = await inRoom();
    cloud.enableAudioVolumeEvaluation(500);
    fake.network.state = 'cut';
    fake.network.breakAll();
    await fake.advance(1_000);
    expect(told).toHaveLength(2);
  });

  it('needs a number', async () => {
    const { fake, cloud } = await inRoom();
    const errors: number[] = [];
    cloud.on('onError', (code) => errors.push(code));
    cloud.enableAudioVolumeEvaluation('300' as never);
    await fake.settle();
    expect(errors).toEqual([-2]);
  });
});
