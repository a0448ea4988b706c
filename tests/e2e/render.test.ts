import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Colour, Point } from './support/page/colours.ts';
import { STREAM, viewOf, type Participant } from './support/participant.ts';
import {
  CORNERS,
  FOUR_COLOURS,
  imageColours,
  receives,
  setScene,
  shows,
  UPRIGHT,
} from './support/pictures.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

const FILL = 0;
const FIT = 1;
const MIRROR = { auto: 0, on: 1, off: 2 } as const;
const ALICE = viewOf('alice', STREAM.big);

/** Around the middle, inside a picture that stands upright in a view that lies. */
const MIDDLE: readonly Point[] = [
  [0.4, 0.1],
  [0.6, 0.1],
  [0.4, 0.9],
  [0.6, 0.9],
];
const ALL_WHITE: readonly Colour[] = ['white', 'white', 'white', 'white'];

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

/** Bob watches Alice, whose camera sees four colours, in a view of 320 by 180. */
async function watching(): Promise<{ alice: Participant; bob: Participant }> {
  const [alice, bob] = await stage.users('alice', 'bob');
  const room = stage.room();
  await setScene(alice, FOUR_COLOURS);
  await alice.enterTalking({ room });
  await bob.enter({ room });
  await bob.watch('alice');
  await receives(bob, { userId: 'alice' }, UPRIGHT);
  return { alice, bob };
}

function render(rotation: number, fillMode: number, mirrorType: number = MIRROR.off): object {
  return { rotation, fillMode, mirrorType };
}

describe('a picture of others', () => {
  it('is turned, mirrored, fitted into its view or made to fill it', async () => {
    const { bob } = await watching();
    await shows(bob, ALICE, UPRIGHT);
    const set = (params: object) => bob.call('setRemoteRenderParams', 'alice', STREAM.big, params);

    await set(render(2, FIT));
    await shows(bob, ALICE, ['yellow', 'blue', 'green', 'red']);
    await set(render(0, FIT, MIRROR.on));
    await shows(bob, ALICE, ['green', 'red', 'yellow', 'blue']);

    await set(render(1, FIT));
    await shows(bob, ALICE, ['blue', 'red', 'yellow', 'green'], MIDDLE);
    await shows(bob, ALICE, ALL_WHITE, CORNERS);
    await set(render(3, FIT));
    await shows(bob, ALICE, ['green', 'yellow', 'red', 'blue'], MIDDLE);
    await set(render(1, FIT, MIRROR.on));
    await shows(bob, ALICE, ['red', 'blue', 'green', 'yellow'], MIDDLE);

    await set(render(1, FILL));
    await shows(bob, ALICE, ['blue', 'red', 'yellow', 'green'], CORNERS);
    await receives(bob, { userId: 'alice' }, UPRIGHT);

    await set(render(0, FIT));
    await shows(bob, ALICE, UPRIGHT);
  });

  it('is not to be seen while rendering is switched off, but goes on', async () => {
    const { bob } = await watching();
    await shows(bob, ALICE, UPRIGHT);
    await bob.call('setEnableRenderFrame', false);
    await shows(bob, ALICE, ALL_WHITE);
    await receives(bob, { userId: 'alice' }, UPRIGHT);
    await bob.call('setEnableRenderFrame', true);
    await shows(bob, ALICE, UPRIGHT);
  });

  it('turned by a quarter follows the size of its view and leaves what stands beside it where it was', async () => {
    const { bob } = await watching();
    const place = async (): Promise<object> =>
      bob.page.evaluate((view) => {
        const element = document.getElementById(view)!;
        const label = element.querySelector('i')!;
        const { x, y } = label.getBoundingClientRect();
        return { x, y, width: element.scrollWidth, height: element.scrollHeight };
      }, ALICE);
    await bob.page.evaluate((view) => {
      const element = document.getElementById(view)!;
      const label = document.createElement('i');
      label.style.cssText = 'display: block; height: 20px';
      element.append(label);
      // Common in applications.
      document.head.insertAdjacentHTML(
        'beforeend',
        '<style>video { display: block; max-width: 100% }</style>',
      );
    }, ALICE);
    const before = await place();
    await bob.call('setRemoteRenderParams', 'alice', STREAM.big, render(1, FILL));
    await shows(bob, ALICE, ['blue', 'red', 'yellow', 'green'], CORNERS);
    expect(await place()).toEqual(before);

    await bob.page.evaluate((view) => {
      Object.assign(document.getElementById(view)!.style, { width: '100px', height: '300px' });
    }, ALICE);
    await shows(bob, ALICE, ['blue', 'red', 'yellow', 'green'], CORNERS);
    await bob.call('setRemoteRenderParams', 'alice', STREAM.big, render(0, FILL));
    await shows(bob, ALICE, UPRIGHT, CORNERS);
    expect(await bob.page.evaluate((view) => document.getElementById(view)!.children.length, ALICE)).toBe(2);
  });

  it('moves to other views, given as elements or ids, several at once or none', async () => {
    const { bob } = await watching();
    const videos = (): Promise<string[]> =>
      bob.page.evaluate(() =>
        [...document.querySelectorAll('video')].map(({ parentElement }) => parentElement!.id),
      );
    await bob.call('updateRemoteView', 'alice', { view: 'other' }, STREAM.big);
    await shows(bob, 'other', UPRIGHT);
    expect(await videos()).toEqual(['other']);
    await bob.call('updateRemoteView', 'alice', ALICE, STREAM.big);
    await shows(bob, ALICE, UPRIGHT);
    expect(await videos()).toEqual([ALICE]);
    await bob.call('updateRemoteView', 'alice', [ALICE, 'other'], STREAM.big);
    await shows(bob, ALICE, UPRIGHT);
    await shows(bob, 'other', UPRIGHT);
    await bob.call('updateRemoteView', 'alice', null, STREAM.big);
    expect(await videos()).toEqual([]);
    await bob.call('updateRemoteView', 'alice', 'other', STREAM.big);
    await shows(bob, 'other', UPRIGHT);
  });
});

describe('muting the pictures of others', () => {
  /** What arrives of everything together, in kbit/s. */
  async function traffic(who: Participant): Promise<number> {
    const bytes = (): Promise<number> => who.page.evaluate(() => window.driver.bytesReceived());
    const [before, from] = [await bytes(), Date.now()];
    await pause(1_500);
    return (((await bytes()) - before) * 8) / (Date.now() - from);
  }

  /** Alice and Bob, who watches the moving picture of Alice and hears nobody. */
  async function moving(): Promise<{ alice: Participant; bob: Participant; room: number }> {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    await alice.enterTalking({ room });
    await bob.call('muteAllRemoteAudio', true);
    await bob.enter({ room });
    await bob.watch('alice');
    return { alice, bob, room };
  }

  it('stops reception, keeps the last picture, also when it moves, and takes it up again', async () => {
    const { bob } = await moving();
    expect(await traffic(bob)).toBeGreaterThan(40);
    await bob.call('muteRemoteVideoStream', 'alice', true, STREAM.big);
    await until('nothing is received', async () => (await traffic(bob)) < 10);
    const last = await bob.picture('alice');
    expect(last?.spread).toBeGreaterThan(5);
    expect(await bob.picture('alice')).toEqual(last);
    await bob.call('updateRemoteView', 'alice', { view: 'other' }, STREAM.big);
    await bob.call('updateRemoteView', 'alice', { view: ALICE }, STREAM.big);
    expect((await bob.picture('alice'))?.mean).toBeCloseTo(last?.mean ?? 0, 0);
    await bob.call('muteRemoteVideoStream', 'alice', false, STREAM.big);
    await bob.sees('alice');
  });

  it('keeps no picture of a camera that is closed meanwhile, and shows it when it is open again', async () => {
    const { alice, bob } = await moving();
    const videos = (): Promise<number> => bob.page.evaluate(() => document.querySelectorAll('video').length);
    await bob.call('muteRemoteVideoStream', 'alice', true, STREAM.big);
    await until('nothing is received', async () => (await traffic(bob)) < 10);
    expect(await videos()).toBe(1);
    await alice.call('stopLocalPreview');
    await bob.waitFor('onUserVideoAvailable', ['alice', 0]);
    expect(await videos()).toBe(0);
    await bob.call('muteRemoteVideoStream', 'alice', false, STREAM.big);
    expect(await videos()).toBe(0);
    await alice.call('startLocalPreview', { view: 'self' });
    await bob.sees('alice');
  });

  it('of all holds for who comes later, until the room is left', async () => {
    const { bob, room } = await moving();
    await bob.call('muteAllRemoteVideoStreams', true);
    const carol = await stage.user('carol');
    await carol.enterTalking({ room });
    await bob.waitFor('onUserVideoAvailable', ['carol', 1]);
    await bob.call('startRemoteView', 'carol', { view: viewOf('carol', STREAM.big) }, STREAM.big);
    await until('nothing is received', async () => (await traffic(bob)) < 10);
    expect(await bob.received('carol')).toBeUndefined();
    const exited = await bob.last();
    await bob.call('exitRoom');
    await bob.waitFor('onExitRoom', [0], { after: exited });
    await bob.enter({ room });
    await bob.watch('carol');
    await bob.watch('alice');
  });
});

describe('the small stream', () => {
  it('is what is forwarded when it is chosen, and is not when the big one is', async () => {
    const { alice, bob } = await watching();
    await alice.call('enableSmallVideoStream', true, {
      videoResolution: 104,
      resMode: 0,
      videoFps: 15,
      videoBitrate: 200,
    });
    const width = async (wanted: number): Promise<void> => {
      await until(`a picture ${wanted} wide`, async () => (await bob.received('alice'))?.width === wanted);
    };
    await width(640);
    await bob.call('setRemoteVideoStreamType', 'alice', STREAM.small);
    await width(320);
    await receives(bob, { userId: 'alice' }, UPRIGHT);
    await bob.call('setRemoteVideoStreamType', 'alice', STREAM.big);
    await width(640);
    await alice.call('enableSmallVideoStream', false);
    await bob.call('setRemoteVideoStreamType', 'alice', STREAM.small);
    await bob.sees('alice');
    await width(640);
  });
});

describe("one's own picture", () => {
  it('is mirrored unless the application says otherwise, turned, and moved', async () => {
    const alice = await stage.user('alice');
    await setScene(alice, FOUR_COLOURS);
    await alice.call('startLocalPreview', { view: 'self' });
    await shows(alice, 'self', ['green', 'red', 'yellow', 'blue']);
    await alice.call('setLocalRenderParams', render(0, FIT));
    await shows(alice, 'self', UPRIGHT);
    await alice.call('setLocalRenderParams', render(3, FILL));
    await shows(alice, 'self', ['green', 'yellow', 'red', 'blue']);
    await alice.call('updateLocalView', { view: 'other' });
    await shows(alice, 'other', ['green', 'yellow', 'red', 'blue']);
    expect(await alice.page.evaluate(() => document.getElementById('self')!.children.length)).toBe(0);
  });
});

describe('a snapshot', () => {
  it('has the size and the colours of what arrives, however it is shown', async () => {
    const { bob } = await watching();
    await bob.call('setRemoteRenderParams', 'alice', STREAM.big, render(1, FILL, MIRROR.on));
    await until('the whole size arrives', async () => (await bob.received('alice'))?.width === 640);
    await bob.call('snapshotVideo', 'alice', STREAM.big);
    const [userId, type, data, width, height] = (await bob.waitFor('onSnapshotComplete')).args;
    expect([userId, type, width, height]).toEqual(['alice', STREAM.big, 640, 360]);
    expect(data).toMatch(/^data:image\/png;base64,/);
    expect(await imageColours(bob, String(data))).toEqual(UPRIGHT);
  });

  it('of a muted stream has its last picture', async () => {
    const { bob } = await watching();
    await bob.call('muteRemoteVideoStream', 'alice', true, STREAM.big);
    await bob.call('snapshotVideo', 'alice', STREAM.big);
    const { args } = await bob.waitFor('onSnapshotComplete', ['alice']);
    expect(await imageColours(bob, String(args[2]))).toEqual(UPRIGHT);
  });

  it("of one's own camera is as it is captured, also without a view", async () => {
    const alice = await stage.user('alice');
    await setScene(alice, FOUR_COLOURS);
    await alice.call('startLocalPreview', null);
    await alice.waitFor('onFirstVideoFrame', ['']);
    await alice.call('snapshotVideo', '', STREAM.big);
    const { args } = await alice.waitFor('onSnapshotComplete', ['', STREAM.big]);
    expect(args.slice(3)).toEqual([640, 360]);
    expect(await imageColours(alice, String(args[2]))).toEqual(UPRIGHT);
  });

  it('of nothing is an error and an empty answer', async () => {
    const alice = await stage.user('alice');
    await alice.call('snapshotVideo', 'nobody', STREAM.sub);
    await alice.waitFor('onError', [-3]);
    const { args } = await alice.waitFor('onSnapshotComplete');
    expect(args).toEqual(['nobody', STREAM.sub, '', 0, 0]);
  });
});
