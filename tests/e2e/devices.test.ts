import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { openBrowser } from './support/browser.ts';
import { hearsTone, inCall, line } from './support/expectations.ts';
import type { Participant } from './support/participant.ts';
import { FOUR_COLOURS, UPRIGHT, receives, setScene, shows } from './support/pictures.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

const DEVICE = { microphone: 0, speaker: 1, camera: 2 } as const;
const STATE = { added: 0, removed: 1, active: 2 } as const;
const CAMERA_START_FAIL = -1301;
const CAMERA_NOT_AUTHORIZED = -1314;
const MIC_NOT_AUTHORIZED = -1317;
const SPEAKER_START_FAIL = -1321;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

interface Device {
  readonly deviceId: string;
  readonly deviceName: string;
}

/** A list of the SDK, once the browser has answered. */
function devices(who: Participant, kind: 'Camera' | 'Mic' | 'Speaker'): Promise<readonly Device[]> {
  return until(`${who.userId} knows its devices`, async () => {
    const list = (await who.ask(`get${kind}DevicesList`)) as readonly Device[];
    return list.length > 1 && list;
  });
}

async function current(who: Participant, kind: 'Camera' | 'Mic' | 'Speaker'): Promise<string> {
  return ((await who.ask(`getCurrent${kind}Device`)) as Device).deviceId;
}

const FOUR_OTHERS = { topLeft: 'yellow', topRight: 'blue', bottomLeft: 'lime', bottomRight: 'red' };
const OTHERS = ['yellow', 'blue', 'green', 'red'] as const;

/** Two cameras that see different things. */
async function cameras(who: Participant): Promise<[string, string]> {
  const [first, second] = await devices(who, 'Camera');
  await setScene(who, FOUR_COLOURS, first!.deviceId);
  await setScene(who, FOUR_OTHERS, second!.deviceId);
  return [first!.deviceId, second!.deviceId];
}

/** A tone as the address of a WAV file: 16 bit, mono, 8 kHz. */
function beep({ seconds }: { seconds: number }): string {
  const rate = 8_000;
  const samples = Int16Array.from({ length: seconds * rate }, (_, at) =>
    Math.round(16_000 * Math.sin((at / rate) * 440 * 2 * Math.PI)),
  );
  const header = Buffer.alloc(44);
  header.write('RIFF');
  header.writeUInt32LE(36 + samples.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.byteLength, 40);
  return `data:audio/wav;base64,${Buffer.concat([header, Buffer.from(samples.buffer)]).toString('base64')}`;
}

/** Waits until a test has told such a volume. */
function testVolume(
  who: Participant,
  callback: 'onTestMicVolume' | 'onTestSpeakerVolume',
  fits: (volume: number) => boolean,
): Promise<unknown> {
  return until(`${who.userId} is told such a volume`, async () => {
    const told = (await who.journal()).filter(({ name }) => name === callback);
    return told.some(({ args: [volume] }) => fits(Number(volume)));
  });
}

const availability = async (
  who: Participant,
  after: Parameters<Participant['since']>[0],
): Promise<unknown[]> => (await who.since(after)).filter(({ name }) => name.endsWith('Available')).map(line);

describe('another camera', () => {
  it('is seen by the others without a gap, and in the own preview', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const [first, second] = await cameras(alice);
    await inCall(stage.room(), [alice, bob]);
    await receives(bob, { userId: 'alice' }, UPRIGHT);
    expect(await current(alice, 'Camera')).toBe(first);
    const mark = await bob.last();
    const before = (await bob.received('alice'))!;
    await alice.call('setCurrentCameraDevice', second);
    await alice.waitFor('onDeviceChange', [second, DEVICE.camera, STATE.active]);
    await receives(bob, { userId: 'alice' }, OTHERS);
    // Mirrored, as one sees oneself.
    await shows(alice, 'self', [OTHERS[1], OTHERS[0], OTHERS[3], OTHERS[2]]);
    const after = (await bob.received('alice'))!;
    const seconds = (after.at - before.at) / 1_000;
    expect(after.framesDecoded - before.framesDecoded, 'frames decoded meanwhile').toBeGreaterThan(
      5 * seconds,
    );
    expect(await availability(bob, mark)).toEqual([]);
    expect(await alice.liveTracks()).toBe(2);
    expect(await current(alice, 'Camera')).toBe(second);
    await alice.call('setCurrentCameraDevice', first);
    await receives(bob, { userId: 'alice' }, UPRIGHT);
    await bob.sees('alice');
    expect(await availability(bob, mark)).toEqual([]);
  });

  it('can be chosen before the preview; one that does not exist is refused', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    const [, second] = await cameras(alice);
    await alice.call('setCurrentCameraDevice', second);
    await alice.call('setCurrentCameraDevice', 'nowhere');
    await alice.waitFor('onError', [CAMERA_START_FAIL]);
    await alice.enterTalking({ room });
    await bob.enter({ room });
    await bob.call('startRemoteView', 'alice', { view: 'alice-main' }, 0);
    await receives(bob, { userId: 'alice' }, OTHERS);
  });
});

describe('another microphone', () => {
  it('is heard by the others without a gap', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const [, second] = await devices(alice, 'Mic');
    await alice.setSound({ kind: 'tones', left: 440, right: 440, volume: 0.5 });
    await alice.setSound({ kind: 'tones', left: 880, right: 880, volume: 0.5 }, second!.deviceId);
    const room = stage.room();
    await alice.call('startLocalAudio', 2);
    await alice.enter({ room });
    await bob.enter({ room });
    await bob.waitFor('onFirstAudioFrame', ['alice']);
    await hearsTone(bob, 440);
    const mark = await bob.last();
    await alice.call('setCurrentMicDevice', second!.deviceId);
    await hearsTone(bob, 880);
    expect(await availability(bob, mark)).toEqual([]);
    expect(await alice.liveTracks()).toBe(1);
  });

  it('takes over when the one in use is unplugged', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const [first, second] = await devices(alice, 'Mic');
    await alice.setSound({ kind: 'tones', left: 440, right: 440, volume: 0.5 });
    await alice.setSound({ kind: 'tones', left: 880, right: 880, volume: 0.5 }, second!.deviceId);
    await alice.call('setCurrentMicDevice', second!.deviceId);
    const room = stage.room();
    await alice.call('startLocalAudio', 2);
    await alice.enter({ room });
    await bob.enter({ room });
    await bob.waitFor('onFirstAudioFrame', ['alice']);
    await hearsTone(bob, 880);
    const mark = await bob.last();
    const own = await alice.last();
    await alice.unplug(second!.deviceId);
    await alice.waitFor('onDeviceChange', [second!.deviceId, DEVICE.microphone, STATE.removed], {
      after: own,
    });
    await alice.waitFor('onDeviceChange', [first!.deviceId, DEVICE.microphone, STATE.active], { after: own });
    await hearsTone(bob, 440);
    expect(await availability(bob, mark)).toEqual([]);
    expect((await alice.since(own)).filter(({ name }) => name === 'onError')).toEqual([]);
    await alice.plug(second!.deviceId);
    await alice.waitFor('onDeviceChange', [second!.deviceId, DEVICE.microphone, STATE.added], { after: own });
  });
});

describe('a speaker', () => {
  it('is where the others are played from then on', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await inCall(stage.room(), [alice, bob]);
    const speakers = await devices(bob, 'Speaker');
    const chosen = speakers.at(-1)!.deviceId;
    const sinks = (): Promise<string[]> =>
      bob.page.evaluate(() => [...document.querySelectorAll('audio')].map(({ sinkId }) => sinkId));
    expect(await sinks()).toEqual(['']);
    await bob.call('setCurrentSpeakerDevice', chosen);
    await bob.waitFor('onDeviceChange', [chosen, DEVICE.speaker, STATE.active]);
    expect(await sinks()).toEqual([chosen]);
    expect(await current(bob, 'Speaker')).toBe(chosen);
    await bob.call('setCurrentSpeakerDevice', 'nowhere');
    await bob.waitFor('onError', [SPEAKER_START_FAIL]);
    expect(await sinks()).toEqual([chosen]);
    await bob.hears(1);
  });
});

describe('how loud a device is set', () => {
  it('is what the others hear of the microphone, and what is heard here', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await alice.setSound({ kind: 'tones', left: 440, right: 440, volume: 0.5 });
    const room = stage.room();
    await alice.call('startLocalAudio', 2);
    await alice.enter({ room });
    await bob.enter({ room });
    await bob.waitFor('onFirstAudioFrame', ['alice']);
    const hears = (what: string, fits: (level: number) => boolean): Promise<number> =>
      until(`bob hears ${what}`, async () => {
        const { left } = await bob.listen();
        return fits(left) && left;
      });
    const full = await hears('all of it', (level) => level > 0.2);
    const mark = await bob.last();
    await alice.call('setCurrentMicDeviceVolume', 25);
    await hears('a quarter', (level) => level / full > 0.2 && level / full < 0.3);
    await alice.call('setCurrentMicDeviceMute', true);
    await until('bob hears nothing', async () => (await bob.listen()).left < 0.0005);
    await alice.call('setCurrentMicDeviceMute', false);
    await hears('a quarter again', (level) => level / full > 0.2);
    expect(await availability(bob, mark)).toEqual([]);
    await bob.call('setCurrentSpeakerVolume', 40);
    expect(await bob.played()).toEqual([0.4]);
    await bob.call('setCurrentSpeakerDeviceMute', true);
    expect(await bob.played()).toEqual([0]);
  });
});

describe('a test', () => {
  it('of camera and microphone shows what they deliver, beside a call, and leaving ends it', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    await setScene(alice, FOUR_COLOURS);
    await alice.setSound({ kind: 'tones', left: 440, right: 440, volume: 0.5 });
    await inCall(stage.room(), [alice, bob]);
    const mark = await bob.last();
    const own = await alice.last();
    await alice.call('startCameraDeviceTest', { view: 'test' });
    await alice.waitFor('onFirstVideoFrame', ['', 0], { after: own });
    await shows(alice, 'test', [UPRIGHT[1]!, UPRIGHT[0]!, UPRIGHT[3]!, UPRIGHT[2]!]);
    await alice.call('startMicDeviceTest', 200, true);
    await testVolume(alice, 'onTestMicVolume', (volume) => volume > 50);
    expect(await alice.liveTracks()).toBe(4);
    await alice.call('stopMicDeviceTest');
    await until('the microphone of the test is closed', async () => (await alice.openMixes()) === 0);
    expect(await alice.liveTracks()).toBe(3);
    await alice.call('startMicDeviceTest', 200);
    await until('both are tested', async () => (await alice.liveTracks()) === 4);
    await bob.sees('alice');
    expect(await availability(bob, mark)).toEqual([]);
    await alice.call('exitRoom');
    const exit = await alice.waitFor('onExitRoom');
    expect([exit.liveTracks, exit.openMixes]).toEqual([0, 0]);
  });

  it('of the speaker plays a file there and tells how loud it is', async () => {
    const alice = await stage.user('alice');
    const speakers = await devices(alice, 'Speaker');
    const chosen = speakers.at(-1)!.deviceId;
    await alice.call('setCurrentSpeakerDevice', chosen);
    await alice.waitFor('onDeviceChange', [chosen, DEVICE.speaker, STATE.active]);
    await alice.call('startSpeakerDeviceTest', beep({ seconds: 2 }));
    await testVolume(alice, 'onTestSpeakerVolume', (volume) => volume > 50);
    expect(await alice.mixSpeakers()).toEqual([chosen]);
    await alice.waitFor('onTestSpeakerVolume', [0], { after: await alice.last() });
    await until('everything is given back', async () => (await alice.openMixes()) === 0);
    await alice.call('startSpeakerDeviceTest', 'data:audio/wav;base64,AAAA');
    await alice.waitFor('onError', [SPEAKER_START_FAIL]);
  });
});

describe('what goes away', () => {
  it('a camera that is unplugged ends the picture for the others and has its code', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const [camera] = await cameras(alice);
    await inCall(stage.room(), [alice, bob]);
    await alice.unplug(camera);
    await bob.waitFor('onUserVideoAvailable', ['alice', 0]);
    await alice.waitFor('onError', [CAMERA_START_FAIL]);
    await alice.waitFor('onDeviceChange', [camera, DEVICE.camera, STATE.removed]);
    await until('only the microphone is open', async () => (await alice.liveTracks()) === 1);
    // The other one is the default camera now.
    await alice.call('startLocalPreview', { view: 'self' });
    await bob.watch('alice');
    await receives(bob, { userId: 'alice' }, OTHERS);
  });

  describe('a permission that is withdrawn', () => {
    let asking: Browser;
    beforeAll(async () => {
      asking = await openBrowser({ asking: 'context' });
    });
    afterAll(() => asking?.close());

    it('ends picture and sound for the others and has its codes', async () => {
      const alice = await stage.user('alice', { browser: asking });
      const bob = await stage.user('bob');
      const context = alice.page.context();
      await context.grantPermissions(['camera', 'microphone']);
      await inCall(stage.room(), [alice, bob]);
      await context.clearPermissions();
      await alice.waitFor('onError', [CAMERA_NOT_AUTHORIZED]);
      await alice.waitFor('onError', [MIC_NOT_AUTHORIZED]);
      await bob.waitFor('onUserVideoAvailable', ['alice', 0]);
      await bob.waitFor('onUserAudioAvailable', ['alice', 0]);
      expect(await alice.liveTracks()).toBe(0);
    });
  });
});
