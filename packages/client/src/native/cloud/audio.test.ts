import { describe, expect, it } from 'vitest';
import { FakePlatform } from '../../testing/fake-platform.ts';
import { TRTCCloud } from '../cloud.ts';
import { TRTCParams } from '../params.ts';

/** One user with an SDK, in a room. */
async function enter() {
  const fake = new FakePlatform();
  const cloud = new TRTCCloud(undefined, fake.platform);
  const errors: number[] = [];
  cloud.on('onError', (code) => errors.push(code));
  cloud.enterRoom(new TRTCParams(1400000001, 'alice', 'ticket', 77), 0);
  await fake.settle();
  return { fake, cloud, errors, sent: () => fake.engines.last.sent.get('audio') };
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
