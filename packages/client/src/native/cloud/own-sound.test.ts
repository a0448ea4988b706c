import { describe, expect, it } from 'vitest';
import { FakePlatform } from '../../testing/fake-platform.ts';
import { TRTCCloud } from '../cloud.ts';
import { TRTCParams } from '../params.ts';
import { TRTCAudioFrame } from '../raw-frames.ts';

/** One user with an SDK, in a room. */
async function inRoom() {
  const fake = new FakePlatform();
  const cloud = new TRTCCloud(undefined, fake.platform);
  const told: string[] = [];
  for (const name of ['onError', 'onWarning'] as const)
    cloud.on(name, (code) => told.push(`${name} ${code}`));
  cloud.enterRoom(new TRTCParams(1400000001, 'alice', 'ticket', 77), 0);
  await fake.settle();
  return { fake, cloud, told, sent: () => fake.engines.last.sent.get('audio') };
}

/** 20 ms of mono. */
const frame = (fields: Partial<TRTCAudioFrame> = {}): TRTCAudioFrame =>
  Object.assign(new TRTCAudioFrame(1, new Int16Array(960).fill(7)), fields);

describe('custom audio capture', () => {
  it('is sent in place of a microphone, with the frames in their order', async () => {
    const { fake, cloud, told, sent } = await inRoom();
    cloud.enableCustomAudioCapture(true);
    await fake.settle();
    const pcm = fake.audio.last.pcm[0];
    expect(sent()?.track).toBe(pcm?.track);
    cloud.sendCustomAudioData(frame());
    // A view that begins at an odd byte, and is longer than what counts.
    const bytes = new Uint8Array(2_001).fill(1).subarray(1);
    cloud.sendCustomAudioData(frame({ data: bytes, length: 640, sampleRate: 16_000, channel: 2 }));
    expect(pcm?.frames).toEqual([
      { samples: new Int16Array(960).fill(7), channels: 1, sampleRate: 48_000 },
      { samples: new Int16Array(320).fill(257), channels: 2, sampleRate: 16_000 },
    ]);
    expect(fake.devices.live, 'no device').toEqual([]);
    cloud.enableCustomAudioCapture(false);
    await fake.settle();
    expect(sent()).toBeUndefined();
    expect(pcm?.track.readyState).toBe('ended');
    cloud.sendCustomAudioData(frame());
    await fake.settle();
    expect(pcm?.frames).toHaveLength(2);
    expect(told).toEqual([]);
  });

  it('is silent while the user is muted, and has the volume of a microphone', async () => {
    const { fake, cloud, sent } = await inRoom();
    cloud.muteLocalAudio(true);
    cloud.enableCustomAudioCapture(true);
    await fake.settle();
    const pcm = fake.audio.last.pcm[0];
    expect(sent()).toMatchObject({ muted: true });
    expect(pcm?.track.enabled).toBe(false);
    cloud.muteLocalAudio(false);
    cloud.setAudioCaptureVolume(50);
    await fake.settle();
    expect(pcm?.track.enabled).toBe(true);
    expect(sent()?.track).toBe(fake.audio.last.output);
    expect([...fake.audio.last.inputs]).toMatchObject([{ trackId: pcm?.track.id, gains: { publish: 0.5 } }]);
  });

  it('and the microphone exclude each other', async () => {
    const { fake, cloud, told, sent } = await inRoom();
    cloud.startLocalAudio();
    cloud.enableCustomAudioCapture(true);
    await fake.settle();
    expect(told).toEqual(['onError -3']);
    expect(sent()?.track).toBe(fake.devices.live[0]);
    cloud.stopLocalAudio();
    cloud.enableCustomAudioCapture(true);
    cloud.startLocalAudio();
    await fake.settle();
    expect(told).toEqual(['onError -3', 'onError -3']);
    expect(fake.devices.live).toEqual([]);
    cloud.enableCustomAudioCapture(false);
    cloud.startLocalAudio();
    await fake.settle();
    expect(sent()?.track).toBe(fake.devices.live[0]);
  });

  it('goes on when a microphone is closed that was never open', async () => {
    const { fake, cloud, sent } = await inRoom();
    cloud.enableCustomAudioCapture(true);
    await fake.settle();
    const before = sent()?.track;
    expect(before).toBeDefined();
    cloud.stopLocalAudio();
    await fake.settle();
    expect(sent()?.track).toBe(before);
    expect(fake.server.requests).not.toContain('unpublish');
  });

  it('takes five milliseconds of 44100 Hz, which are no whole number of samples', async () => {
    const { fake, cloud, told } = await inRoom();
    cloud.enableCustomAudioCapture(true);
    cloud.sendCustomAudioData(frame({ data: new Int16Array(220), sampleRate: 44_100 }));
    await fake.settle();
    expect(fake.audio.last.pcm[0]?.frames).toHaveLength(1);
    expect(told).toEqual([]);
  });

  it('leaves out what is too far ahead', async () => {
    const { fake, cloud } = await inRoom();
    cloud.enableCustomAudioCapture(true);
    for (let sent = 0; sent < 20; sent++) cloud.sendCustomAudioData(frame());
    expect(fake.audio.last.pcm[0]?.frames).toHaveLength(15);
  });

  it.each<[string, unknown]>([
    ['no frame', null],
    ['no data', frame({ data: null })],
    ['text', frame({ data: 'sound' as never })],
    ['a rate that nobody knows', frame({ sampleRate: 8_000 })],
    ['three channels', frame({ channel: 3 })],
    ['an odd byte', frame({ data: new Uint8Array(1_921) })],
    ['too short', frame({ data: new Int16Array(100) })],
    ['too long', frame({ data: new Int16Array(4_848) })],
    ['less data than its length', frame({ length: 1_922 })],
    ['no number as its length', frame({ length: 'all' as never })],
    ['another format', frame({ audioFormat: 2 as never })],
  ])('refuses a frame with %s', async (_what, malformed) => {
    const { fake, cloud, told } = await inRoom();
    cloud.enableCustomAudioCapture(true);
    cloud.sendCustomAudioData(malformed as TRTCAudioFrame);
    expect(told).toEqual([]);
    await fake.settle();
    expect(told).toEqual(['onError -2']);
    expect(fake.audio.last.pcm[0]?.frames).toEqual([]);
  });

  it('that the browser cannot do is told so', async () => {
    const { fake, cloud, told, sent } = await inRoom();
    fake.audio.state = 'unsupported';
    cloud.enableCustomAudioCapture(true);
    await fake.settle();
    expect(told.toSorted()).toEqual(['onError -3', 'onWarning -4']);
    expect(sent()).toBeUndefined();
  });
});

describe('external audio', () => {
  it('is heard beside the microphone, by whom it should be, as loud as it should be', async () => {
    const { fake, cloud, told, sent } = await inRoom();
    expect(cloud.mixExternalAudioFrame(frame()), 'not open').toBe(-1);
    cloud.startLocalAudio();
    cloud.setMixExternalAudioVolume(40, 80);
    cloud.enableMixExternalAudioFrame(true, true);
    await fake.settle();
    const pcm = fake.audio.last.pcm[0];
    expect(sent()?.track).toBe(fake.audio.last.output);
    expect(pcm?.gains).toEqual({ publish: 0.4, playout: 0.8, own: 0.8 });
    cloud.setMixExternalAudioVolume(-1, 60);
    cloud.setAudioPlayoutVolume(50);
    expect(pcm?.gains).toEqual({ publish: 0.4, playout: 0.3, own: 0.4 });
    cloud.enableMixExternalAudioFrame(false, true);
    await fake.settle();
    expect(pcm?.gains).toMatchObject({ publish: 0, playout: 0.3 });
    expect(sent()?.track).toBe(fake.devices.live[0]);
    cloud.enableMixExternalAudioFrame(false, false);
    expect(pcm?.track.readyState).toBe('ended');
    expect(cloud.mixExternalAudioFrame(frame())).toBe(-1);
    await fake.settle();
    expect(told).toEqual([]);
  });

  it('tells how much is waiting, and leaves out what is too far ahead', async () => {
    const { fake, cloud, told } = await inRoom();
    cloud.enableMixExternalAudioFrame(true, false);
    expect([cloud.mixExternalAudioFrame(frame()), cloud.mixExternalAudioFrame(frame())]).toEqual([20, 40]);
    for (let sent = 2; sent < 60; sent++) cloud.mixExternalAudioFrame(frame());
    expect(cloud.mixExternalAudioFrame(frame())).toBe(1_000);
    expect(cloud.mixExternalAudioFrame(frame({ channel: 0 }))).toBe(-1);
    cloud.setMixExternalAudioVolume('loud' as never, 1);
    await fake.settle();
    expect(told).toEqual(['onError -2', 'onError -2']);
  });
});

describe('own sound at the exit', () => {
  it('ends before onExitRoom, and does not begin on the way out', async () => {
    const { fake, cloud } = await inRoom();
    cloud.enableCustomAudioCapture(true);
    cloud.enableMixExternalAudioFrame(true, true);
    await fake.settle();
    const { pcm } = fake.audio.last;
    const atExit: unknown[] = [];
    cloud.on('onExitRoom', () =>
      atExit.push(
        pcm.map(({ track }) => track.readyState),
        fake.audio.openGraphs,
      ),
    );
    cloud.exitRoom();
    cloud.enableCustomAudioCapture(true);
    cloud.enableMixExternalAudioFrame(true, true);
    await fake.settle();
    expect(atExit).toEqual([['ended', 'ended'], 0]);
    expect(cloud.mixExternalAudioFrame(frame())).toBe(-1);
  });

  it('ends when the instance is destroyed, and does not begin again', async () => {
    const { fake, cloud } = await inRoom();
    cloud.enableCustomAudioCapture(true);
    cloud.destroy();
    cloud.enableCustomAudioCapture(true);
    cloud.enableMixExternalAudioFrame(true, true);
    await fake.settle();
    expect(fake.audio.openGraphs).toBe(0);
  });
});
