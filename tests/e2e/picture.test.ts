import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectReleased, presenceOf } from './support/expectations.ts';
import type { Colour, Point } from './support/page/colours.ts';
import type { JournalEntry } from './support/page/journal.ts';
import { STREAM, type Participant } from './support/participant.ts';
import { FOUR_COLOURS, receives, setScene, shows, UPRIGHT } from './support/pictures.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

const SOURCE = { file: 0, bgra: 1, rgba: 2 } as const;
const FROM_ALICE = { userId: 'alice' };

/** Inside the watermark, right of it, and below it, when it begins in the middle and is a quarter wide. */
const AROUND_MARK: readonly Point[] = [
  [0.6, 0.7],
  [0.8, 0.7],
  [0.6, 0.97],
];
const MIRRORED: readonly Colour[] = ['green', 'red', 'yellow', 'blue'];
const UPSIDE_DOWN: readonly Colour[] = ['yellow', 'blue', 'green', 'red'];
const CENTRE: readonly Point[] = [[0.5, 0.5]];

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

/** A square of one colour, 2 by 2 pixels, in that order of bytes. */
function square(...pixel: readonly [number, number, number]): { bytes: number[] } {
  return { bytes: [0, 1, 2, 3].flatMap(() => [...pixel, 255]) };
}

/** Bob watches Alice, whose camera sees four colours. */
async function watching(): Promise<{
  alice: Participant;
  bob: Participant;
  room: number;
  mark: JournalEntry;
}> {
  const [alice, bob] = await stage.users('alice', 'bob');
  const room = stage.room();
  await setScene(alice, FOUR_COLOURS);
  await alice.enterTalking({ room });
  await bob.enter({ room });
  await bob.watch('alice');
  await receives(bob, FROM_ALICE, UPRIGHT);
  const mark = await bob.last();
  if (!mark) throw new Error('Bob was told nothing');
  return { alice, bob, room, mark };
}

/** A magenta square that begins in the middle of the camera's picture. */
async function setWaterMark(who: Participant, streamType: number = STREAM.big): Promise<void> {
  await who.call('setWaterMark', streamType, square(255, 0, 255), SOURCE.rgba, 2, 2, 0.5, 0.5, 0.25);
}

/** A cyan square. */
async function setMuteImage(who: Participant, fps = 5): Promise<void> {
  await who.call('setVideoMuteImage', { buffer: square(255, 255, 0), length: 16, width: 2, height: 2 }, fps);
}

/** Frames that arrive in a second. */
async function frameRate(viewer: Participant): Promise<number> {
  const before = await viewer.received('alice');
  await pause(3_000);
  const after = await viewer.received('alice');
  if (!before || !after) throw new Error('nothing arrives');
  return ((after.framesDecoded - before.framesDecoded) / (after.at - before.at)) * 1000;
}

describe('a watermark', () => {
  it('is seen by the others where it was put, given as pixels or as a file, until it is removed', async () => {
    const { alice, bob, mark } = await watching();
    await setWaterMark(alice);
    await receives(bob, FROM_ALICE, ['magenta', 'yellow', 'yellow'], AROUND_MARK);
    await receives(bob, FROM_ALICE, UPRIGHT);

    await alice.call('setWaterMark', STREAM.big, square(255, 255, 0), SOURCE.bgra, 2, 2, 0.5, 0.5, 0.25);
    await receives(bob, FROM_ALICE, ['cyan', 'yellow', 'yellow'], AROUND_MARK);

    const file = await alice.page.evaluate(() => {
      const canvas = document.createElement('canvas');
      const context = canvas.getContext('2d')!;
      context.fillRect(0, 0, canvas.width, canvas.height);
      return canvas.toDataURL();
    });
    await alice.call('setWaterMark', STREAM.big, file, SOURCE.file, 0, 0, 0, 0, 0.5);
    await receives(bob, FROM_ALICE, ['black', 'green', 'blue', 'yellow']);

    await alice.call('setWaterMark', STREAM.big, null, SOURCE.file, 0, 0, 0, 0, 0);
    await receives(bob, FROM_ALICE, UPRIGHT);
    expect(await alice.openMixes()).toBe(0);
    expect(await presenceOf(bob, 'alice', mark), 'the stream goes on').toEqual([]);
    expect((await bob.received('alice'))?.width).toBe(640);
  });

  it('does not show in the preview, and is in the small stream too', async () => {
    const { alice, bob } = await watching();
    await setWaterMark(alice);
    await receives(bob, FROM_ALICE, ['magenta', 'yellow', 'yellow'], AROUND_MARK);
    await alice.call('setLocalRenderParams', { rotation: 0, fillMode: 1, mirrorType: 2 });
    await shows(alice, 'self', ['yellow', 'yellow', 'yellow'], AROUND_MARK);
    await alice.call('enableSmallVideoStream', true, {
      videoResolution: 104,
      videoFps: 15,
      videoBitrate: 200,
    });
    await bob.call('setRemoteVideoStreamType', 'alice', STREAM.small);
    await until('the small stream', async () => (await bob.received('alice'))?.width === 320);
    await receives(bob, FROM_ALICE, ['magenta', 'yellow', 'yellow'], AROUND_MARK);
  });

  it('of an image that is not there is an error, and the picture goes on', async () => {
    const { alice, bob } = await watching();
    await alice.call('setWaterMark', STREAM.big, '/no-such-image.png', SOURCE.file, 0, 0, 0, 0, 0.5);
    await alice.waitFor('onError', [-2]);
    await receives(bob, FROM_ALICE, UPRIGHT);
    await bob.sees('alice');
  });

  it('of a shared screen is seen by the others', async () => {
    const { alice, bob } = await watching();
    await setWaterMark(alice, STREAM.sub);
    await alice.call('startScreenCapture', null);
    await bob.waitFor('onUserSubStreamAvailable', ['alice', 1]);
    await bob.call('startRemoteView', 'alice', { view: 'alice-sub' }, STREAM.sub);
    await receives(bob, { userId: 'alice', streamType: STREAM.sub }, ['magenta'], [[0.6, 0.6]]);
    await receives(bob, FROM_ALICE, ['yellow'], [[0.6, 0.7]]);
  });
});

describe('what is encoded', () => {
  it('is turned and mirrored for the others, not in the preview, with a watermark that stays upright', async () => {
    const { alice, bob, mark } = await watching();
    await alice.call('setLocalRenderParams', { rotation: 0, fillMode: 1, mirrorType: 2 });
    await alice.call('setVideoEncoderMirror', true);
    await receives(bob, FROM_ALICE, MIRRORED);
    await alice.call('setVideoEncoderRotation', 2);
    await receives(bob, FROM_ALICE, ['blue', 'yellow', 'red', 'green']);
    await alice.call('setVideoEncoderMirror', false);
    await receives(bob, FROM_ALICE, UPSIDE_DOWN);
    await setWaterMark(alice);
    await receives(bob, FROM_ALICE, ['magenta', 'red', 'red'], AROUND_MARK);
    await shows(alice, 'self', UPRIGHT);
    await alice.call('setVideoEncoderRotation', 1);
    await alice.waitFor('onError', [-2]);
    await receives(bob, FROM_ALICE, UPSIDE_DOWN);
    await alice.call('setVideoEncoderRotation', 0);
    await receives(bob, FROM_ALICE, UPRIGHT);
    expect(await presenceOf(bob, 'alice', mark)).toEqual([]);
  });

  it('follows the size of the camera while it is drawn', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    await alice.call('setVideoEncoderMirror', true);
    await alice.enterTalking({ room });
    await bob.enter({ room });
    await bob.watch('alice');
    for (const [videoResolution, width] of [
      [112, 1280],
      [104, 320],
    ] as const) {
      await alice.call('setVideoEncoderParam', { videoResolution, videoFps: 15, videoBitrate: 900 });
      const isAsWide = async () => (await bob.received('alice'))?.width === width;
      // Pictures of that size are much to draw and encode where no hardware helps.
      await until(`a picture ${width} wide`, isAsWide, { timeoutMs: 50_000 });
    }
    await bob.sees('alice');
  });

  it('goes on at its rate while the page is hidden', async () => {
    const { alice, bob } = await watching();
    await setWaterMark(alice);
    await receives(bob, FROM_ALICE, ['magenta', 'yellow', 'yellow'], AROUND_MARK);
    await alice.hide(5_000);
    expect(await frameRate(bob)).toBeGreaterThan(10);
    await setMuteImage(alice, 8);
    await alice.call('muteLocalVideo', true);
    await receives(bob, FROM_ALICE, ['cyan'], CENTRE);
    const rate = await frameRate(bob);
    expect(rate).toBeGreaterThan(6);
    expect(rate).toBeLessThan(10);
  });
});

describe('a muted camera', () => {
  it('is replaced by the image for the others, also for who comes later, until it is not muted any more', async () => {
    const { alice, bob, room, mark } = await watching();
    await setMuteImage(alice);
    await alice.call('muteLocalVideo', true);
    await receives(bob, FROM_ALICE, ['cyan'], CENTRE);
    await receives(bob, FROM_ALICE, ['black', 'black', 'black', 'black']);
    const rate = await frameRate(bob);
    expect(rate).toBeGreaterThan(3);
    expect(rate).toBeLessThan(7);
    expect(await alice.liveTracks(), 'camera and microphone stay open').toBe(2);

    const carol = await stage.user('carol');
    await carol.enter({ room });
    await carol.waitFor('onUserVideoAvailable', ['alice', 1]);
    await carol.call('startRemoteView', 'alice', { view: 'alice-main' }, STREAM.big);
    await receives(carol, FROM_ALICE, ['cyan'], CENTRE);

    await alice.call('muteLocalVideo', false);
    await receives(bob, FROM_ALICE, UPRIGHT);
    await receives(carol, FROM_ALICE, UPRIGHT);
    expect(await presenceOf(bob, 'alice', mark)).toEqual([]);
    expect(await alice.openMixes()).toBe(0);
  });

  it('is unavailable without an image, and the image makes it available again', async () => {
    const { alice, bob, mark } = await watching();
    await alice.call('muteLocalVideo', true);
    await bob.waitFor('onUserVideoAvailable', ['alice', 0], { after: mark });
    await setMuteImage(alice);
    await bob.waitFor('onUserVideoAvailable', ['alice', 1], { after: mark });
    await receives(bob, FROM_ALICE, ['cyan'], CENTRE);
    await alice.call('setVideoMuteImage', null, 5);
    await until('it is unavailable again', async () => (await presenceOf(bob, 'alice', mark)).length === 3);
    await alice.call('muteLocalVideo', false);
    await receives(bob, FROM_ALICE, UPRIGHT);
  });

  it('that is muted and not, again and again, ends as it was left', async () => {
    const { alice, bob } = await watching();
    await setMuteImage(alice);
    await alice.page.evaluate(async () => {
      for (let round = 0; round < 15; round++) {
        window.driver.call('muteLocalVideo', [round % 2 === 0]);
        await new Promise((resolve) => setTimeout(resolve, round * 4));
      }
    });
    await receives(bob, FROM_ALICE, ['cyan'], CENTRE);
    await alice.call('muteLocalVideo', false);
    await receives(bob, FROM_ALICE, UPRIGHT);
    expect(await alice.openMixes()).toBe(0);
    expect((await alice.journal()).filter(({ name }) => name === 'onError')).toEqual([]);
  });
});

describe('leaving', () => {
  it.each([
    ['exitRoom', 0],
    ['a removal', 1],
    ['a dismissal', 2],
  ] as const)('by %s closes everything that is drawn before onExitRoom', async (how, reason) => {
    const { alice, bob, room } = await watching();
    await setWaterMark(alice);
    await setMuteImage(alice);
    await setWaterMark(alice, STREAM.sub);
    await alice.call('startScreenCapture', null);
    await bob.waitFor('onUserSubStreamAvailable', ['alice', 1]);
    await receives(bob, FROM_ALICE, ['magenta', 'yellow', 'yellow'], AROUND_MARK);
    await alice.call('muteLocalVideo', true);
    await receives(bob, FROM_ALICE, ['cyan'], CENTRE);
    expect(await alice.openMixes()).toBe(2);
    const mark = await alice.last();
    if (how === 'exitRoom') await alice.call('exitRoom');
    else if (how === 'a removal') await stage.api.removeUser(room, 'alice');
    else await stage.api.dismissRoom(room);
    await expectReleased(alice, reason, mark);
    expect(await alice.openMixes()).toBe(0);
  });
});

it('beauty is accepted with one warning', async () => {
  const alice = await stage.user('alice');
  await alice.call('setBeautyStyle', 0, 5, 5, 5);
  await alice.call('setBeautyStyle', 1, 9, 0, 0);
  await alice.waitFor('onWarning', [-4]);
  expect((await alice.journal()).filter(({ name }) => name.startsWith('on'))).toHaveLength(1);
});
