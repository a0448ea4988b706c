import { describe, expect, it } from 'vitest';
import type { FakeTrack } from '../../testing/fake-devices.ts';
import { FakePlatform } from '../../testing/fake-platform.ts';
import { TRTCCloud } from '../cloud.ts';
import { TRTCParams } from '../params.ts';

/** One user with an SDK, in a room. */
async function inRoom() {
  const fake = new FakePlatform();
  const cloud = new TRTCCloud(undefined, fake.platform);
  const told: string[] = [];
  for (const name of [
    'onSystemAudioLoopbackError',
    'onScreenCaptureStarted',
    'onError',
    'onWarning',
  ] as const) {
    cloud.on(name, (code?: unknown) => told.push(typeof code === 'number' ? `${name} ${code}` : name));
  }
  cloud.enterRoom(new TRTCParams(1400000001, 'alice', 'ticket', 77), 0);
  await fake.settle();
  const live = (kind: string): FakeTrack[] => fake.devices.live.filter(({ id }) => id.startsWith(kind));
  return { fake, cloud, told, live, sent: (source: 'audio' | 'sub') => fake.engines.last.sent.get(source) };
}

describe('system sound', () => {
  it('is mixed into what goes out, and the picture that came with it is closed', async () => {
    const { fake, cloud, told, live, sent } = await inRoom();
    cloud.startLocalAudio();
    cloud.setSystemAudioLoopbackVolume(40);
    cloud.startSystemAudioLoopback();
    expect(told).toEqual([]);
    await fake.settle();
    expect(told).toEqual(['onSystemAudioLoopbackError 0']);
    expect([live('sub').length, live('sound').length]).toEqual([0, 1]);
    expect(sent('audio')?.track).toBe(fake.audio.last.output);
    expect(sent('sub')).toBeUndefined();
    const inputs = [...fake.audio.last.inputs];
    expect(inputs).toMatchObject([
      { trackId: live('sound')[0]?.id, gains: { publish: 0.4 } },
      { trackId: live('audio')[0]?.id, gains: { publish: 1 } },
    ]);
    cloud.setSubStreamMixVolume(70);
    expect(inputs[0]?.gains.publish).toBe(0.7);
    cloud.stopSystemAudioLoopback();
    await fake.settle();
    expect(live('sound')).toEqual([]);
    expect(sent('audio')?.track).toBe(live('audio')[0]);
    expect(told).toHaveLength(1);
  });

  it('is sent alone without a microphone, and silent while the user is muted', async () => {
    const { fake, cloud, sent } = await inRoom();
    cloud.startSystemAudioLoopback();
    await fake.settle();
    expect(sent('audio')?.track).toBe(fake.audio.last.output);
    cloud.muteLocalAudio(true);
    await fake.settle();
    expect(sent('audio')).toMatchObject({ muted: true, track: { enabled: false } });
    cloud.stopSystemAudioLoopback();
    await fake.settle();
    expect(sent('audio')).toBeUndefined();
  });

  it('goes on alone, in the same stream, when the microphone is closed', async () => {
    const { fake, cloud, live, sent } = await inRoom();
    cloud.startLocalAudio();
    cloud.startSystemAudioLoopback();
    await fake.settle();
    fake.server.requests.length = 0;
    cloud.stopLocalAudio();
    await fake.settle();
    expect([live('audio').length, live('sound').length]).toEqual([0, 1]);
    expect(sent('audio')?.track).toBe(fake.audio.last.output);
    expect(fake.server.requests).not.toContain('unpublish');
    expect(fake.server.stays[0]?.streams).toMatchObject([{ source: 'audio' }]);
  });

  it.each([
    ['after', (cloud: TRTCCloud) => (cloud.startSystemAudioLoopback(), cloud.startScreenCapture())],
    ['before', (cloud: TRTCCloud) => (cloud.startScreenCapture(), cloud.startSystemAudioLoopback())],
  ])('is asked for with the picture of a screen share that is started right %s it', async (_what, start) => {
    const { fake, cloud, told, live, sent } = await inRoom();
    start(cloud);
    await fake.settle();
    expect(fake.devices.requests).toBe(1);
    expect(told).toEqual(['onSystemAudioLoopbackError 0', 'onScreenCaptureStarted']);
    expect([sent('sub')?.track, sent('audio')?.track]).toEqual([live('sub')[0], fake.audio.last.output]);
    cloud.stopScreenCapture();
    await fake.settle();
    expect([live('sub').length, live('sound').length]).toEqual([0, 1]);
  });

  it('has a question of its own while a screen is shared already', async () => {
    const { fake, cloud, live } = await inRoom();
    cloud.startScreenCapture();
    await fake.settle();
    cloud.startSystemAudioLoopback();
    await fake.settle();
    expect(fake.devices.requests).toBe(2);
    expect([live('sub').length, live('sound').length]).toEqual([1, 1]);
  });

  it('is not asked for by a screen share alone', async () => {
    const { fake, cloud, live } = await inRoom();
    cloud.startScreenCapture();
    await fake.settle();
    expect([live('sub').length, live('sound').length]).toEqual([1, 0]);
  });

  it('is asked for once, however often it is started', async () => {
    const { fake, cloud, told } = await inRoom();
    cloud.startSystemAudioLoopback();
    cloud.startSystemAudioLoopback();
    await fake.settle();
    cloud.startSystemAudioLoopback();
    await fake.settle();
    expect(fake.devices.requests).toBe(1);
    expect(told).toEqual(['onSystemAudioLoopbackError 0', 'onSystemAudioLoopbackError 0']);
  });

  it.each([
    ['the user refuses', 'NotAllowedError', -1331],
    ['the browser cannot capture', 'NotSupportedError', -1330],
  ])('that does not come because %s is told so', async (_what, failWith, code) => {
    const { fake, cloud, told, sent } = await inRoom();
    fake.devices.failWith = failWith;
    cloud.startSystemAudioLoopback();
    await fake.settle();
    expect(told).toEqual([`onSystemAudioLoopbackError ${code}`]);
    expect(sent('audio')).toBeUndefined();
  });

  it('is told to be missing, with the screen share, when the user refuses both', async () => {
    const { fake, cloud, told } = await inRoom();
    fake.devices.failWith = 'NotAllowedError';
    cloud.startScreenCapture();
    cloud.startSystemAudioLoopback();
    await fake.settle();
    expect(told).toEqual(['onSystemAudioLoopbackError -1331', 'onError -1308']);
  });

  it('is told to be missing where the browser gives a picture without sound, which is shared all the same', async () => {
    const { fake, cloud, told, live } = await inRoom();
    fake.devices.screenSound = 'none';
    cloud.startScreenCapture();
    cloud.startSystemAudioLoopback();
    await fake.settle();
    expect(told).toEqual(['onSystemAudioLoopbackError -1330', 'onScreenCaptureStarted']);
    expect(live('sub')).toHaveLength(1);
    cloud.stopScreenCapture();
    cloud.startSystemAudioLoopback();
    await fake.settle();
    expect(fake.devices.live).toEqual([]);
  });

  it('is not asked for where sound cannot be mixed', async () => {
    const { fake, cloud, told } = await inRoom();
    fake.audio.state = 'unsupported';
    cloud.startSystemAudioLoopback();
    await fake.settle();
    expect(fake.devices.requests).toBe(0);
    expect(told).toEqual(['onWarning -4', 'onSystemAudioLoopbackError -1330']);
  });

  it('is told to be gone when the browser ends it', async () => {
    const { fake, cloud, told, live, sent } = await inRoom();
    cloud.startSystemAudioLoopback();
    await fake.settle();
    live('sound')[0]?.end();
    await fake.settle();
    expect(told).toEqual(['onSystemAudioLoopbackError 0', 'onSystemAudioLoopbackError -1330']);
    expect(sent('audio')).toBeUndefined();
    cloud.startSystemAudioLoopback();
    await fake.settle();
    expect(live('sound')).toHaveLength(1);
  });

  it('that is no longer wanted when it comes is stopped, and the screen share goes on', async () => {
    const { fake, cloud, told, live } = await inRoom();
    const open = fake.gates.hold('open sub');
    cloud.startScreenCapture();
    cloud.startSystemAudioLoopback();
    await fake.settle();
    cloud.stopSystemAudioLoopback();
    open();
    await fake.settle();
    expect([live('sub').length, live('sound').length]).toEqual([1, 0]);
    expect(told).toEqual(['onScreenCaptureStarted']);
  });

  it('goes on when only the screen share is no longer wanted', async () => {
    const { fake, cloud, live } = await inRoom();
    const open = fake.gates.hold('open sub');
    cloud.startScreenCapture();
    cloud.startSystemAudioLoopback();
    await fake.settle();
    cloud.stopScreenCapture();
    open();
    await fake.settle();
    expect([live('sub').length, live('sound').length]).toEqual([0, 1]);
  });

  it('warns that a browser chooses no program', async () => {
    const { fake, cloud, told } = await inRoom();
    cloud.startSystemAudioLoopback('player.exe');
    await fake.settle();
    expect(told).toEqual(['onWarning -4', 'onSystemAudioLoopbackError 0']);
  });
});

describe('system sound at the exit', () => {
  it('ends before onExitRoom', async () => {
    const { fake, cloud } = await inRoom();
    cloud.startSystemAudioLoopback();
    await fake.settle();
    const atExit: unknown[] = [];
    cloud.on('onExitRoom', () => atExit.push(fake.devices.live.length, fake.audio.openGraphs));
    cloud.exitRoom();
    await fake.settle();
    expect(atExit).toEqual([0, 0]);
  });

  it('that is still being chosen holds onExitRoom up until it has come and is stopped', async () => {
    const { fake, cloud, told } = await inRoom();
    const open = fake.gates.hold('open sub');
    cloud.startSystemAudioLoopback();
    await fake.settle();
    const atExit: number[] = [];
    cloud.on('onExitRoom', () => atExit.push(fake.devices.live.length));
    cloud.exitRoom();
    await fake.settle();
    expect(atExit).toEqual([]);
    open();
    await fake.settle();
    expect(atExit).toEqual([0]);
    expect(told).toEqual([]);
  });

  it('is not asked for any more, neither alone nor with a screen, when the room is left in the same breath', async () => {
    const { fake, cloud } = await inRoom();
    cloud.startSystemAudioLoopback();
    cloud.exitRoom();
    await fake.settle();
    expect(fake.devices.requests).toBe(0);
    cloud.startScreenCapture();
    cloud.startSystemAudioLoopback();
    cloud.exitRoom();
    await fake.settle();
    expect(fake.devices.requests).toBe(0);
    cloud.startSystemAudioLoopback();
    await fake.settle();
    expect(fake.devices.live).toHaveLength(1);
    cloud.destroy();
    expect(fake.devices.live).toEqual([]);
  });
});
