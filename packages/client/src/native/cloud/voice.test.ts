import { expect, it } from 'vitest';
import { FakePlatform } from '../../testing/fake-platform.ts';
import { TRTCCloud } from '../cloud.ts';
import { TRTCParams } from '../params.ts';

/** One user with an SDK and an open microphone, in a room. */
async function talking() {
  const fake = new FakePlatform();
  const cloud = new TRTCCloud(undefined, fake.platform);
  cloud.enterRoom(new TRTCParams(1400000001, 'alice', 'ticket', 77), 0);
  cloud.startLocalAudio();
  await fake.settle();
  return { fake, cloud, sent: () => fake.engines.last.sent.get('audio') };
}

it('the ear monitor plays the microphone here, and what the others hear stays the plain microphone', async () => {
  const { fake, cloud, sent } = await talking();
  const [microphone] = fake.devices.live;
  cloud.setVoiceEarMonitorVolume(60);
  cloud.enableVoiceEarMonitor(true);
  await fake.settle();
  const [input] = fake.audio.last.inputs;
  expect(input).toMatchObject({ trackId: microphone?.id, gains: { playout: 0.6 } });
  expect(sent()?.track).toBe(microphone);
  cloud.setVoiceEarMonitorVolume(120);
  expect(input?.gains.playout).toBe(1.2);
  cloud.enableVoiceEarMonitor(false);
  expect(input?.gains.playout).toBe(0);
});

it('the ear monitor follows to the next microphone', async () => {
  const { fake, cloud } = await talking();
  cloud.enableVoiceEarMonitor(true);
  cloud.stopLocalAudio();
  expect(fake.audio.last.inputs.size).toBe(0);
  cloud.startLocalAudio();
  await fake.settle();
  const [input] = fake.audio.last.inputs;
  expect(input).toMatchObject({ trackId: fake.devices.live[0]?.id, gains: { playout: 1 } });
});

it('the volume of the voice counts on top of the capture volume', async () => {
  const { fake, cloud, sent } = await talking();
  cloud.setAudioCaptureVolume(50);
  cloud.setVoiceCaptureVolume(40);
  await fake.settle();
  expect(sent()?.track).toBe(fake.audio.last.output);
  const [input] = fake.audio.last.inputs;
  expect(input?.gains.publish).toBeCloseTo(0.2);
  expect(cloud.getAudioCaptureVolume()).toBe(50);
});

it('the ear monitor is silent before onExitRoom', async () => {
  const { fake, cloud } = await talking();
  cloud.enableVoiceEarMonitor(true);
  const openAtExit: number[] = [];
  cloud.on('onExitRoom', () => openAtExit.push(fake.audio.openGraphs));
  cloud.exitRoom();
  await fake.settle();
  expect(openAtExit).toEqual([0]);
});

it('reverb is for the others and for the ear monitor, until the room is left', async () => {
  const { fake, cloud, sent } = await talking();
  const [microphone] = fake.devices.live;
  cloud.setVoiceReverbType(3);
  await fake.settle();
  expect(sent()?.track).toBe(fake.audio.last.output);
  const [input] = fake.audio.last.inputs;
  const hall = input?.reverb;
  expect(hall?.wet).toBeGreaterThan(0);
  cloud.setVoiceReverbType(2);
  expect(input?.reverb?.seconds).toBeLessThan(hall?.seconds ?? 0);
  cloud.setVoiceReverbType(0);
  await fake.settle();
  expect(input?.reverb).toBeNull();
  expect(sent()?.track).toBe(microphone);
  cloud.setVoiceReverbType(1);
  cloud.exitRoom();
  await fake.settle();
  cloud.enterRoom(new TRTCParams(1400000001, 'alice', 'ticket', 77), 0);
  cloud.startLocalAudio();
  await fake.settle();
  expect(sent()?.track).toBe(fake.devices.live[0]);
});

it('reverb follows to the next microphone', async () => {
  const { fake, cloud } = await talking();
  cloud.stopLocalAudio();
  cloud.setVoiceReverbType(8);
  cloud.startLocalAudio();
  await fake.settle();
  expect([...fake.audio.last.inputs]).toMatchObject([{ reverb: { wet: 0.8 }, gains: { publish: 1 } }]);
});

it('reverb of a number that does not exist is an error', async () => {
  const { fake, cloud } = await talking();
  const errors: number[] = [];
  cloud.on('onError', (code) => errors.push(code));
  cloud.setVoiceReverbType(12 as never);
  await fake.settle();
  expect(errors).toEqual([-2]);
});
