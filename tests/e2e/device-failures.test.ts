import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hearsTone, inCall, line } from './support/expectations.ts';
import type { CaptureFailure } from './support/page/plugs.ts';
import type { Participant } from './support/participant.ts';
import { FOUR_COLOURS, UPRIGHT, receives, setScene } from './support/pictures.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

const DEVICE = { microphone: 0, speaker: 1, camera: 2 } as const;
const STATE = { removed: 1, active: 2, default: 3 } as const;
const CAMERA = { occupied: -1316, format: -1315, failed: -1301 } as const;
const MICROPHONE = { occupied: -1319, format: -1318, failed: -1302 } as const;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

interface Device {
  readonly deviceId: string;
}

/** Those that are not the entry for the default one. */
function devices(who: Participant, kind: 'Camera' | 'Mic' | 'Speaker'): Promise<readonly string[]> {
  return until(`${who.userId} knows its devices`, async () => {
    const list = (await who.ask(`get${kind}DevicesList`)) as readonly Device[];
    const ids = list.map(({ deviceId }) => deviceId).filter((id) => id !== 'default');
    return ids.length > 1 && ids;
  });
}

async function errorsSince(who: Participant, mark: Parameters<Participant['since']>[0]): Promise<unknown[]> {
  return (await who.since(mark)).filter(({ name }) => name === 'onError').map(({ args: [code] }) => code);
}

/** Starting fails with each of these codes, and works when the browser lets it. */
async function failsAndRecovers(
  who: Participant,
  start: () => Promise<unknown>,
  codes: Record<'occupied' | 'format' | 'failed', number>,
): Promise<void> {
  const failures: [CaptureFailure, number][] = [
    ['NotReadableError', codes.occupied],
    ['OverconstrainedError', codes.format],
    ['AbortError', codes.failed],
  ];
  for (const [failure, code] of failures) {
    const mark = await who.last();
    await who.failCaptures(failure);
    await start();
    await who.waitFor('onError', [code], { after: mark });
    expect(await errorsSince(who, mark)).toEqual([code]);
    expect(await who.liveTracks()).toBe(0);
  }
  await who.failCaptures(null);
  await start();
}

describe('a device that is there and cannot be opened', () => {
  it('a camera has the code of what the browser says; the others hear of it when it works', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    await alice.enter({ room });
    await bob.enter({ room });
    await failsAndRecovers(alice, () => alice.call('startLocalPreview', { view: 'self' }), CAMERA);
    await bob.waitFor('onUserVideoAvailable', ['alice', 1]);
    await bob.watch('alice');
    const told = (await bob.journal()).filter(({ name }) => name === 'onUserVideoAvailable');
    expect(told.map(line)).toEqual([['onUserVideoAvailable', 'alice', 1]]);
  });

  it('a microphone has the code of what the browser says; the others hear it when it works', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    await alice.enter({ room });
    await bob.enter({ room });
    await failsAndRecovers(alice, () => alice.call('startLocalAudio', 2), MICROPHONE);
    await bob.waitFor('onUserAudioAvailable', ['alice', 1]);
    await bob.hears(1);
    const told = (await bob.journal()).filter(({ name }) => name === 'onUserAudioAvailable');
    expect(told.map(line)).toEqual([['onUserAudioAvailable', 'alice', 1]]);
  });

  it('a camera that is chosen in a call leaves the one before in use', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const [first, second] = await devices(alice, 'Camera');
    await setScene(alice, FOUR_COLOURS, first);
    await inCall(stage.room(), [alice, bob]);
    await receives(bob, { userId: 'alice' }, UPRIGHT);
    const [own, mark] = [await alice.last(), await bob.last()];
    await alice.failCaptures('NotReadableError', second);
    await alice.call('setCurrentCameraDevice', second!);
    await alice.waitFor('onError', [CAMERA.occupied], { after: own });
    expect(await errorsSince(alice, own)).toEqual([CAMERA.occupied]);
    expect(((await alice.ask('getCurrentCameraDevice')) as Device).deviceId).toBe(first);
    await bob.sees('alice');
    await receives(bob, { userId: 'alice' }, UPRIGHT);
    // Where only one camera can be open at a time, the one before is closed for a try and opened again.
    const available = (await bob.since(mark)).filter(({ name }) => name.endsWith('Available'));
    expect(available.map(line)).toEqual([]);
  });
});

describe('without any microphone', () => {
  it('starting fails with its code, and the call goes on without', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const microphones = await devices(alice, 'Mic');
    for (const id of ['default', ...microphones]) await alice.unplug(id);
    const room = stage.room();
    await bob.enterTalking({ room });
    await alice.enter({ room });
    const mark = await alice.last();
    await alice.call('startLocalAudio', 2);
    await alice.waitFor('onError', [MICROPHONE.failed], { after: mark });
    await alice.watch('bob');
    await alice.hears(1);
    expect(await alice.liveTracks()).toBe(0);
  });
});

describe('the default device of the system', () => {
  it('is followed by the microphone in use, without a gap for the others, until one is chosen', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const [first, second] = await devices(alice, 'Mic');
    await alice.setSound({ kind: 'tones', left: 440, right: 440, volume: 0.5 }, first);
    await alice.setSound({ kind: 'tones', left: 880, right: 880, volume: 0.5 }, second);
    await alice.prefer(first!);
    await alice.waitFor('onDeviceChange', [first!, DEVICE.microphone, STATE.default]);
    const room = stage.room();
    await alice.call('startLocalAudio', 2);
    await alice.enter({ room });
    await bob.enter({ room });
    await bob.waitFor('onFirstAudioFrame', ['alice']);
    await hearsTone(bob, 440);
    const [own, mark] = [await alice.last(), await bob.last()];
    await alice.prefer(second!);
    await alice.waitFor('onDeviceChange', [second!, DEVICE.microphone, STATE.default], { after: own });
    const inUse = [second!, DEVICE.microphone, STATE.active];
    const followed = await alice.waitFor('onDeviceChange', inUse, { after: own });
    await hearsTone(bob, 880);
    expect(await alice.liveTracks()).toBe(1);

    await alice.call('setCurrentMicDevice', second!);
    const chosen = await alice.waitFor('onDeviceChange', inUse, { after: followed });
    await alice.prefer(first!);
    await alice.waitFor('onDeviceChange', [first!, DEVICE.microphone, STATE.default], { after: chosen });
    await hearsTone(bob, 880);
    const available = (await bob.since(mark)).filter(({ name }) => name.endsWith('Available'));
    expect(available.map(line)).toEqual([]);
    expect(await errorsSince(alice, own)).toEqual([]);
  });

  it('takes over from a chosen speaker that is unplugged', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await inCall(stage.room(), [alice, bob]);
    const [, speaker] = await devices(bob, 'Speaker');
    const sinks = (): Promise<string[]> =>
      bob.page.evaluate(() => [...document.querySelectorAll('audio')].map(({ sinkId }) => sinkId));
    await bob.call('setCurrentSpeakerDevice', speaker!);
    await until('the chosen speaker is used', async () => (await sinks()).join() === speaker);
    await bob.unplug(speaker!);
    await bob.waitFor('onDeviceChange', [speaker!, DEVICE.speaker, STATE.removed]);
    await until('the default speaker is used', async () => (await sinks()).join() === '');
    await bob.hears(1);
  });
});
