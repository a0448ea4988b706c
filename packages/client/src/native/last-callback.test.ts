import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakePlatform } from '../testing/fake-platform.ts';
import { FakeServer } from '../testing/fake-server.ts';
import type { TRTCCallbackName } from './callbacks.ts';
import { TRTCCloud } from './cloud.ts';
import { TRTCParams, TRTCSwitchRoomParam } from './params.ts';
import { TRTCAudioRecordingParams } from './recording.ts';
import { TOLD_TO_USERS } from './user.contract.ts';

/** Those that an application or its network can bring about here, but for `onExitRoom`. */
const TOLD: readonly TRTCCallbackName[] = [
  ...TOLD_TO_USERS.filter((name) => name !== 'onExitRoom'),
  'onRemoteVideoStatusUpdated',
  'onRemoteAudioStatusUpdated',
  'onScreenCapturePaused',
  'onLocalRecordBegin',
  'onLocalRecordComplete',
  'onSnapshotComplete',
  'onTestMicVolume',
  'onSystemAudioLoopbackError',
  'onUserVoiceVolume',
  'onNetworkQuality',
  'onStatistics',
];

/** What an application calls. */
const CALLS = {
  enter: (cloud) => cloud.enterRoom(new TRTCParams(1400000001, 'alice', 'ticket', 77), 0),
  exit: (cloud) => cloud.exitRoom(),
  camera: (cloud) => cloud.startLocalPreview(null),
  'no camera': (cloud) => cloud.stopLocalPreview(),
  'other camera': (cloud) => cloud.setCurrentCameraDevice('camera-2'),
  microphone: (cloud) => cloud.startLocalAudio(),
  'no microphone': (cloud) => cloud.stopLocalAudio(),
  'unknown microphone': (cloud) => cloud.setCurrentMicDevice('none'),
  screen: (cloud) => cloud.startScreenCapture(null, 2),
  'pause screen': (cloud) => cloud.pauseScreenCapture(),
  'no screen': (cloud) => cloud.stopScreenCapture(),
  'system sound': (cloud) => cloud.startSystemAudioLoopback(),
  'try microphone': (cloud) => cloud.startMicDeviceTest(200, false),
  record: (cloud) => cloud.startLocalRecording({ filePath: 'call.webm' }),
  'record no more': (cloud) => cloud.stopLocalRecording(),
  'record sound': (cloud) =>
    void cloud.startAudioRecording(Object.assign(new TRTCAudioRecordingParams(), { filePath: 'call.wav' })),
  snapshot: (cloud) => cloud.snapshotVideo('', 0),
  role: (cloud) => cloud.switchRole(21),
  room: (cloud) => cloud.switchRoom(new TRTCSwitchRoomParam(78)),
  link: (cloud) => cloud.connectOtherRoom('{"roomId":78,"userId":"carol"}'),
  unlink: (cloud) => cloud.disconnectOtherRoom(),
  watch: (cloud) => cloud.startRemoteView('bob', null, 0),
  'watch nobody': (cloud) => cloud.stopAllRemoteView(),
  'hear nobody': (cloud) => cloud.muteAllRemoteAudio(true),
  volumes: (cloud) => cloud.enableAudioVolumeEvaluation(100),
  mistake: (cloud) => cloud.setRemoteAudioVolume('bob', -7),
} satisfies Record<string, (cloud: TRTCCloud) => void>;

/** What happens to it. */
const EVENTS = {
  removed: ({ server }) => endAlice(server, 'removed'),
  dismissed: ({ server }) => endAlice(server, 'dismissed'),
  replaced: ({ server }) => endAlice(server, 'replaced'),
  fault: ({ server }) => endAlice(server, 'serverFault'),
  cut: ({ network }) => network.breakAll(),
  'devices fail': ({ devices }) => (devices.failWith = 'NotReadableError'),
  'devices work': ({ devices }) => (devices.failWith = null),
  unplugged: ({ devices }) => devices.live[0]?.end(),
  "Bob's camera": ({ server }) => switchCamera(server, 'bob'),
  'entries refused': ({ server }) =>
    server.refusals.set('enter', { code: -100006, message: 'no permission' }),
  'entries allowed': ({ server }) => server.refusals.clear(),
} satisfies Record<string, (fake: FakePlatform) => unknown>;

function endAlice(server: FakeServer, reason: 'removed' | 'dismissed' | 'replaced' | 'serverFault'): void {
  if (server.stays.some(({ userId }) => userId === 'alice')) server.end('alice', reason);
}

/** On, or off. */
function switchCamera(server: FakeServer, user: string): void {
  const { streams } = server.stays.find(({ userId }) => userId === user)!;
  if (streams.some(({ source }) => source === 'video')) server.stopStream(user, 'video');
  else server.startStream(user, 'video');
}

type Call = keyof typeof CALLS;
const callNames = Object.keys(CALLS) as Call[];
const eventNames = Object.keys(EVENTS) as (keyof typeof EVENTS)[];

const call = fc.constantFrom(...callNames);
/** `turns`: how many turns of promises later the next one comes. With `ms` all settles, and that time passes before it does. */
const step = fc.record({
  what: fc.oneof(call, fc.constantFrom(...eventNames)),
  turns: fc.nat(30),
  ms: fc.oneof({ weight: 8, arbitrary: fc.constant(null) }, fc.constantFrom(0, 50, 400, 2_000)),
});
const plan = fc.record({
  seed: fc.nat(),
  steps: fc.array(step, { minLength: 2, maxLength: 14 }),
  /** What the application calls from within its next callbacks; null: nothing. */
  reactions: fc.array(fc.option(call), { maxLength: 8 }),
});
type Plan = typeof plan extends fc.Arbitrary<infer P> ? P : never;

/** @returns what the application did and was told, in order, and at each callback whether it came uncalled after `onExitRoom`. */
async function run({ seed, steps, reactions }: Plan): Promise<{ lines: string[]; late: string[] }> {
  const server = new FakeServer();
  server.addUser('bob', ['video', 'audio']);
  server.addUser('carol', ['audio'], { roomId: 78 });
  const fake = new FakePlatform(server, seed);
  const cloud = new TRTCCloud(undefined, fake.platform);
  const lines: string[] = [];
  const late: string[] = [];
  let over = false;
  const act = (what: Call): void => {
    lines.push(`> ${what}`);
    over = false;
    CALLS[what](cloud);
  };
  const next = [...reactions];
  for (const name of TOLD) {
    cloud.on(name, (...args: unknown[]) => {
      lines.push(`${name} ${JSON.stringify(args[0])}`);
      if (over) late.push(name);
      const reaction = next.shift();
      if (reaction) act(reaction);
    });
  }
  cloud.on('onExitRoom', (reason) => {
    lines.push(`onExitRoom ${reason}`);
    over = true;
  });
  act('enter');
  await fake.settle();
  for (const { what, turns, ms } of steps) {
    if (what in CALLS) act(what as Call);
    else {
      lines.push(`* ${what}`);
      EVENTS[what as keyof typeof EVENTS](fake);
    }
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    if (ms === null) continue;
    await fake.settle();
    await fake.advance(ms);
  }
  await fake.advance(3_000);
  cloud.destroy();
  return { lines, late };
}

describe('whatever is called, and whatever happens meanwhile', () => {
  it('nothing is told after onExitRoom but what was called after it', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (given) => {
        const { lines, late } = await run(given);
        expect(late, lines.join('\n')).toEqual([]);
      }),
      { numRuns: 400 },
    );
  }, 60_000);
});
