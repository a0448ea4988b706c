import { describe, expect, it } from 'vitest';
import { FakePlatform } from '../../testing/fake-platform.ts';
import { TRTCCloud } from '../cloud.ts';
import { TRTCParams } from '../params.ts';

/** One user with an SDK, in a room. */
async function enter() {
  const fake = new FakePlatform();
  const cloud = new TRTCCloud(undefined, fake.platform);
  const errors: number[] = [];
  const warnings: number[] = [];
  cloud.on('onError', (code) => errors.push(code));
  cloud.on('onWarning', (code) => warnings.push(code));
  cloud.enterRoom(new TRTCParams(1400000001, 'alice', 'ticket', 77), 0);
  await fake.settle();
  return { fake, cloud, errors, warnings, sent: () => fake.engines.last.sent.get('audio') };
}

describe('audio quality', () => {
  it.each([
    [1, { maxKbps: 18, stereo: false, sampleRate: 16_000, dtx: true }],
    [2, { maxKbps: 50, stereo: false, sampleRate: 48_000, dtx: true }],
    [3, { maxKbps: 128, stereo: true, sampleRate: 48_000, dtx: false }],
  ] as const)('%i decides how sound is sent', async (quality, options) => {
    const { fake, cloud, sent } = await enter();
    cloud.startLocalAudio(quality);
    await fake.settle();
    expect(sent()?.options).toMatchObject(options);
  });

  it('that changes in a call begins the stream anew with the same microphone', async () => {
    const { fake, cloud, sent } = await enter();
    cloud.startLocalAudio();
    await fake.settle();
    const microphone = sent()?.track;
    fake.server.requests.length = 0;
    cloud.setAudioQuality(3);
    await fake.settle();
    expect(fake.server.requests).toEqual(['unpublish', 'publish']);
    expect(sent()).toMatchObject({ track: microphone, options: { maxKbps: 128, stereo: true } });
  });

  it('that does not exist is an error and changes nothing', async () => {
    const { fake, cloud, errors, sent } = await enter();
    cloud.startLocalAudio(1);
    cloud.setAudioQuality(7 as never);
    await fake.settle();
    expect(errors).toEqual([-2]);
    expect(sent()?.options).toMatchObject({ maxKbps: 18 });
  });
});

it('muting goes on sending the same stream', async () => {
  const { fake, cloud, sent } = await enter();
  cloud.muteLocalAudio(true);
  cloud.startLocalAudio();
  await fake.settle();
  expect(sent()).toMatchObject({ muted: true, track: { enabled: false, readyState: 'live' } });
  cloud.muteLocalAudio(false);
  await fake.settle();
  expect(sent()).toMatchObject({ muted: false, track: { enabled: true } });
});

it('sound that waits for a gesture of the user is a warning that says whose', async () => {
  const { fake, cloud, errors } = await enter();
  const told: unknown[][] = [];
  cloud.on('onWarning', (code, _message, extra) => told.push([code, extra]));
  fake.playback.waitsForGesture = true;
  for (const userId of ['bob', 'carol']) {
    fake.server.addUser(userId, ['audio']);
    await fake.settle();
  }
  expect(told).toEqual([
    [1205, { userId: 'bob' }],
    [1205, { userId: 'carol' }],
  ]);
  expect(errors).toEqual([]);
});

describe('capture volume', () => {
  it('is a matter of a graph only while it is not 100, and the stream goes on through it all', async () => {
    const { fake, cloud, sent } = await enter();
    cloud.startLocalAudio();
    await fake.settle();
    const microphone = sent()?.track;
    fake.server.requests.length = 0;
    cloud.setAudioCaptureVolume(50);
    await fake.settle();
    const graph = fake.audio.last;
    expect(sent()?.track).toBe(graph.output);
    expect([...graph.inputs]).toMatchObject([{ trackId: microphone?.id, gains: { publish: 0.5 } }]);
    cloud.setAudioCaptureVolume(0);
    expect([...graph.inputs]).toMatchObject([{ gains: { publish: 0 } }]);
    cloud.setAudioCaptureVolume(100);
    await fake.settle();
    expect(sent()?.track).toBe(microphone);
    expect(fake.server.requests).toEqual([]);
    expect(cloud.getAudioCaptureVolume()).toBe(100);
  });

  it('counts for a microphone that is started later, and for the next one', async () => {
    const { fake, cloud, sent } = await enter();
    cloud.setAudioCaptureVolume(30);
    expect(fake.audio.graphs).toEqual([]);
    cloud.startLocalAudio();
    await fake.settle();
    expect(sent()?.track).toBe(fake.audio.last.output);
    cloud.stopLocalAudio();
    await fake.settle();
    expect(sent()).toBeUndefined();
    expect(fake.audio.last.inputs.size).toBe(0);
    cloud.startLocalAudio();
    await fake.settle();
    expect(sent()?.track).toBe(fake.audio.last.output);
    expect([...fake.audio.last.inputs]).toMatchObject([{ gains: { publish: 0.3 } }]);
  });

  it('muted, it stays silent when the graph comes and goes', async () => {
    const { fake, cloud, sent } = await enter();
    cloud.muteLocalAudio(true);
    cloud.startLocalAudio();
    await fake.settle();
    cloud.setAudioCaptureVolume(50);
    await fake.settle();
    expect(sent()).toMatchObject({ muted: true, track: { id: 'mix-0', enabled: false } });
    expect(fake.devices.live).toMatchObject([{ enabled: false }]);
    cloud.muteLocalAudio(false);
    await fake.settle();
    expect(sent()).toMatchObject({ muted: false, track: { id: 'mix-0', enabled: true } });
    expect(fake.devices.live).toMatchObject([{ enabled: true }]);
  });

  it('sends the plain microphone while the graph waits for a gesture, unless silence is wanted', async () => {
    const { fake, cloud, sent } = await enter();
    fake.audio.state = 'waiting';
    cloud.startLocalAudio();
    await fake.settle();
    const microphone = sent()?.track;
    cloud.setAudioCaptureVolume(50);
    await fake.settle();
    expect(sent()?.track).toBe(microphone);
    cloud.setAudioCaptureVolume(0);
    await fake.settle();
    expect(sent()?.track).toBe(fake.audio.last.output);
    cloud.setAudioCaptureVolume(50);
    fake.audio.last.setRunning(true);
    await fake.settle();
    expect(sent()?.track).toBe(fake.audio.last.output);
  });

  it('is warned of once where sound cannot be mixed', async () => {
    const { fake, cloud, warnings, sent } = await enter();
    fake.audio.state = 'unsupported';
    cloud.startLocalAudio();
    await fake.settle();
    cloud.setAudioCaptureVolume(50);
    cloud.setAudioCaptureVolume(20);
    await fake.settle();
    expect(warnings).toEqual([-4]);
    expect(sent()?.track).toBe(fake.devices.live[0]);
  });

  it('ends the graph before onExitRoom', async () => {
    const { fake, cloud } = await enter();
    cloud.startLocalAudio();
    cloud.setAudioCaptureVolume(50);
    await fake.settle();
    const { output } = fake.audio.last;
    const atExit: unknown[] = [];
    cloud.on('onExitRoom', (reason) => atExit.push(reason, output.readyState, fake.audio.openGraphs));
    cloud.exitRoom();
    await fake.settle();
    expect(atExit).toEqual([0, 'ended', 0]);
    cloud.setAudioCaptureVolume(20);
    await fake.settle();
    expect(fake.audio.openGraphs).toBe(0);
  });

  it.each([
    ['text', '50', undefined, [-2]],
    ['no number', Number.NaN, undefined, [-2]],
    ['below 0', -5, 0, []],
    ['above 150', 1_000, 150, []],
  ])('given %s', async (_what, volume, then, codes) => {
    const { fake, cloud, errors } = await enter();
    cloud.setAudioCaptureVolume(volume as number);
    await fake.settle();
    expect(cloud.getAudioCaptureVolume()).toBe(then ?? 100);
    expect(errors).toEqual(codes);
  });
});

describe('muting everybody', () => {
  it('holds for who comes later, until it is taken back', async () => {
    const { fake, cloud } = await enter();
    fake.server.addUser('bob', ['audio']);
    await fake.settle();
    cloud.muteAllRemoteAudio(true);
    fake.server.addUser('carol', ['audio']);
    await fake.settle();
    expect(fake.playback.sounds.size).toBe(0);
    cloud.muteRemoteAudio('carol', false);
    await fake.settle();
    expect(fake.playback.sounds.size).toBe(1);
    cloud.muteAllRemoteAudio(false);
    fake.server.addUser('dave', ['audio']);
    await fake.settle();
    expect(fake.playback.sounds.size).toBe(3);
  });

  it('may be asked for before a room is entered, and ends with it', async () => {
    const fake = new FakePlatform();
    const cloud = new TRTCCloud(undefined, fake.platform);
    fake.server.addUser('bob', ['audio']);
    cloud.muteAllRemoteAudio(true);
    for (const heard of [0, 1]) {
      cloud.enterRoom(new TRTCParams(1400000001, 'alice', 'ticket', 77), 0);
      await fake.settle();
      expect(fake.playback.sounds.size).toBe(heard);
      cloud.exitRoom();
      await fake.settle();
    }
  });
});
