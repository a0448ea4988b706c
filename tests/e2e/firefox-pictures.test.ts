import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AnyPage } from './support/any-page.ts';
import { presenceOf } from './support/expectations.ts';
import type { Firefox } from './support/firefox.ts';
import type { Scene } from './support/page/camera.ts';
import type { Colour } from './support/page/colours.ts';
import { STREAM, viewOf, type Participant } from './support/participant.ts';
import {
  FOUR_COLOURS,
  imageColours,
  receives,
  setScene,
  setScreen,
  shows,
  UPRIGHT,
} from './support/pictures.ts';
import { arriving } from './support/rates.ts';
import { lasting, receiveRecordings, seenIn } from './support/recordings.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

let stage: Stage;
let firefox: Firefox;
beforeAll(async () => {
  stage = await Stage.open();
  firefox = await stage.openFirefox();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

type User = Participant<AnyPage>;
type Browser = 'Firefox' | 'Chromium';

const FROM_ALICE = { userId: 'alice' };
const SCREEN_OF_ALICE = { userId: 'alice', streamType: STREAM.sub };
const MIRRORED: readonly Colour[] = ['green', 'red', 'yellow', 'blue'];
const UPSIDE_DOWN: readonly Colour[] = ['yellow', 'blue', 'green', 'red'];
const SCREEN: Scene = { topLeft: 'magenta', topRight: 'lime', bottomLeft: 'blue', bottomRight: 'cyan' };
const ON_SCREEN: readonly Colour[] = ['magenta', 'green', 'blue', 'cyan'];
const MIRROR = { on: 1, off: 2 } as const;
const SIZE = { w320: 104, w640: 108 } as const;
const FPS = 15;
/** What `startLocalRecording` records. */
const PICTURE = 1;

function userOf(browser: Browser, userId: string): Promise<User> {
  return browser === 'Firefox' ? stage.userOf(firefox, userId) : stage.user(userId);
}

/** Bob watches Alice, whose camera sees four colours, or is the browser's own in that encoding. */
async function watching(
  browsers: { alice: Browser; bob: Browser },
  { encoding }: { encoding?: object } = {},
): Promise<[alice: User, bob: User]> {
  const [alice, bob] = await Promise.all([userOf(browsers.alice, 'alice'), userOf(browsers.bob, 'bob')]);
  const room = stage.room();
  if (encoding) await alice.call('setVideoEncoderParam', encoding);
  else await setScene(alice, FOUR_COLOURS);
  await Promise.all([alice.enterTalking({ room }), bob.enter({ room })]);
  await bob.waitFor('onUserVideoAvailable', ['alice', 1]);
  await bob.watch('alice');
  if (!encoding) await receives(bob, FROM_ALICE, UPRIGHT);
  return [alice, bob];
}

async function seesSize(viewer: User, width: number, height: number): Promise<void> {
  let last: unknown;
  await until('the size', async () => {
    const now = await viewer.received('alice');
    last = { width: now?.width, height: now?.height };
    return now?.width === width && now.height === height;
  }).catch(() => expect(last, 'what arrives').toEqual({ width, height }));
}

function upright(videoResolution: number): object {
  return { videoResolution, resMode: 1, videoFps: FPS, videoBitrate: 400 };
}

const DIRECTIONS = [
  { alice: 'Firefox', bob: 'Chromium' },
  { alice: 'Chromium', bob: 'Firefox' },
] as const;

describe.each(DIRECTIONS)('from $alice to $bob', (browsers) => {
  it('a picture arrives in the size, at the rate and as the stream that was chosen', async () => {
    // Opened so: the camera that Firefox invents keeps its size while it is open.
    const [alice, bob] = await watching(browsers, { encoding: upright(SIZE.w640) });
    await seesSize(bob, 360, 640);
    const { fps } = await arriving(bob, 'alice', { periodMs: 3_000 });
    expect(fps).toBeGreaterThan(FPS * 0.75);
    await alice.call('setVideoEncoderParam', upright(SIZE.w320));
    await seesSize(bob, 180, 320);
    await alice.call('setVideoEncoderParam', upright(SIZE.w640));
    await seesSize(bob, 360, 640);
    await alice.call('enableSmallVideoStream', true, upright(SIZE.w320));
    await bob.call('setRemoteVideoStreamType', 'alice', STREAM.small);
    await seesSize(bob, 180, 320);
    await bob.sees('alice');
    await bob.call('setRemoteVideoStreamType', 'alice', STREAM.big);
    await seesSize(bob, 360, 640);
  });

  it('a shared screen arrives, is paused, goes on, and ends by the button of the browser', async () => {
    const [alice, bob] = await watching(browsers);
    await setScreen(alice, SCREEN);
    await alice.call('startScreenCapture', { view: 'own-screen' }, STREAM.sub);
    await alice.waitFor('onScreenCaptureStarted');
    await bob.waitFor('onUserSubStreamAvailable', ['alice', 1]);
    await bob.watch('alice', STREAM.sub);
    await receives(bob, SCREEN_OF_ALICE, ON_SCREEN);

    const mark = await bob.last();
    await alice.call('pauseScreenCapture');
    await alice.waitFor('onScreenCapturePaused', [0]);
    const decoded = async (): Promise<number> => (await bob.received('alice', STREAM.sub))!.framesDecoded;
    await until('no frames of the screen come', async () => {
      const before = await decoded();
      await pause(1_000);
      return (await decoded()) === before;
    });
    await receives(bob, SCREEN_OF_ALICE, ON_SCREEN);
    await alice.call('resumeScreenCapture');
    await alice.waitFor('onScreenCaptureResumed', [0]);
    await bob.sees('alice', STREAM.sub);

    await alice.endScreens();
    await alice.waitFor('onScreenCaptureStopped', [0]);
    await bob.waitFor('onUserSubStreamAvailable', ['alice', 0], { after: mark });
    expect(await presenceOf(bob, 'alice', mark)).toEqual([['onUserSubStreamAvailable', 'alice', 0]]);
    await bob.sees('alice');
    expect(await alice.liveTracks(), 'camera and microphone').toBe(2);
  });
});

describe('Firefox', () => {
  it('mirrors, turns and replaces what the others receive', async () => {
    const [alice, bob] = await watching({ alice: 'Firefox', bob: 'Chromium' });
    const mark = await bob.last();
    await alice.call('setLocalRenderParams', { rotation: 0, fillMode: 1, mirrorType: MIRROR.off });
    await alice.call('setVideoEncoderMirror', true);
    await receives(bob, FROM_ALICE, MIRRORED);
    await alice.call('setVideoEncoderMirror', false);
    await alice.call('setVideoEncoderRotation', 2);
    await receives(bob, FROM_ALICE, UPSIDE_DOWN);
    await shows(alice, 'self', UPRIGHT);

    const cyan = { bytes: Array.from({ length: 16 * 9 }, () => [255, 255, 0, 255]).flat() };
    await alice.call('setVideoMuteImage', { buffer: cyan, length: 16 * 9 * 4, width: 16, height: 9 }, 5);
    await alice.call('muteLocalVideo', true);
    await receives(bob, FROM_ALICE, ['cyan', 'cyan', 'cyan', 'cyan']);
    await alice.call('muteLocalVideo', false);
    await receives(bob, FROM_ALICE, UPSIDE_DOWN);
    await alice.call('setVideoEncoderRotation', 0);
    await receives(bob, FROM_ALICE, UPRIGHT);
    expect(await presenceOf(bob, 'alice', mark), 'the stream goes on').toEqual([]);
    expect(await alice.openMixes()).toBe(0);
  });

  it('shows pictures turned, mirrored and fitted, and takes snapshots of them as they came', async () => {
    const [, bob] = await watching({ alice: 'Chromium', bob: 'Firefox' });
    await until('the whole size arrives', async () => (await bob.received('alice'))?.width === 640);
    const view = viewOf('alice', STREAM.big);
    const render = (rotation: number, fillMode: number, mirrorType: number): Promise<unknown> =>
      bob.call('setRemoteRenderParams', 'alice', STREAM.big, { rotation, fillMode, mirrorType });
    await shows(bob, view, UPRIGHT);
    await render(2, 1, MIRROR.off);
    await shows(bob, view, UPSIDE_DOWN);
    await render(0, 1, MIRROR.on);
    await shows(bob, view, MIRRORED);
    await render(1, 1, MIRROR.off);
    await shows(bob, view, ['white', 'white', 'white', 'white']);
    await render(1, 0, MIRROR.off);
    await shows(bob, view, ['blue', 'red', 'yellow', 'green']);
    await bob.call('snapshotVideo', 'alice', STREAM.big);
    const [userId, type, data, width, height] = (await bob.waitFor('onSnapshotComplete')).args;
    expect([userId, type, width, height]).toEqual(['alice', STREAM.big, 640, 360]);
    expect(await imageColours(bob, String(data))).toEqual(UPRIGHT);
  });

  it('mirrors its own preview unless it is told otherwise, and takes a snapshot of it', async () => {
    const alice = await userOf('Firefox', 'alice');
    await setScene(alice, FOUR_COLOURS);
    await alice.call('startLocalPreview', { view: 'self' });
    await shows(alice, 'self', MIRRORED);
    await alice.call('setLocalRenderParams', { rotation: 3, fillMode: 0, mirrorType: MIRROR.off });
    await shows(alice, 'self', ['green', 'yellow', 'red', 'blue']);
    await alice.call('snapshotVideo', '', STREAM.big);
    const { args } = await alice.waitFor('onSnapshotComplete', ['']);
    expect(args.slice(3)).toEqual([640, 360]);
    expect(await imageColours(alice, String(args[2]))).toEqual(UPRIGHT);
  });

  it('records its own picture into a file that plays, and says what it does not write', async () => {
    const [alice] = await watching({ alice: 'Firefox', bob: 'Chromium' });
    await receiveRecordings(alice);
    // Without its sound: a Firefox without an audio device runs no audio graph.
    await alice.call('startLocalRecording', { filePath: 'a.webm', recordType: PICTURE, interval: -1 });
    await alice.waitFor('onLocalRecordBegin', [0, 'a.webm']);
    await pause(2_000);
    await alice.call('stopLocalRecording');
    await alice.waitFor('onLocalRecordComplete', [0, 'a.webm']);
    await alice.waitFor('recorded-file', ['a.webm']);
    const scenes = lasting(await seenIn(alice, 'a.webm'));
    expect(scenes.map(({ colours }) => colours)).toEqual([UPRIGHT]);
    expect(scenes[0]!.to - scenes[0]!.from).toBeGreaterThan(1);
    expect(scenes[0]!.to).toBeLessThan(4);
    await alice.call('startLocalRecording', { filePath: 'a.mp4', recordType: PICTURE, interval: -1 });
    await alice.waitFor('onLocalRecordBegin', [-2, 'a.mp4']);
  });

  it('refuses to share a screen that nobody has clicked for', async () => {
    const [alice, bob] = await Promise.all([userOf('Firefox', 'alice'), userOf('Chromium', 'bob')]);
    const room = stage.room();
    await Promise.all([alice.enter({ room }), bob.enter({ room })]);
    await alice.call('startScreenCapture', null, STREAM.sub);
    await alice.waitFor('onError', [-1308]);
    expect(await presenceOf(bob, 'alice')).toEqual([['onRemoteUserEnterRoom', 'alice']]);
  });
});
