import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { line } from './support/expectations.ts';
import { STREAM, type Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

const NOT_SUPPORTED = -4;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

interface ScreenSource {
  readonly type: number;
  readonly sourceName: string;
}

/** Alice shares her screen, and Bob sees it. */
async function sharing(): Promise<[Participant, Participant]> {
  const [alice, bob] = await stage.users('alice', 'bob');
  const room = stage.room();
  await Promise.all([alice.enter({ room }), bob.enter({ room })]);
  await alice.call('startScreenCapture', { view: 'own-screen' }, STREAM.sub);
  await alice.waitFor('onScreenCaptureStarted');
  await bob.waitFor('onUserSubStreamAvailable', ['alice', 1]);
  await bob.watch('alice', STREAM.sub);
  return [alice, bob];
}

async function decoded(viewer: Participant): Promise<number> {
  return (await viewer.received('alice', STREAM.sub))!.framesDecoded;
}

it.each([
  [0, 'window'],
  [1, 'monitor'],
  [2, 'browser'],
])('the browser offers first what was selected: %i is a %s', async (wanted, displaySurface) => {
  const alice = await stage.user('alice');
  const sources = (await alice.ask('getScreenCaptureSources', 160, 90, 32, 32)) as readonly ScreenSource[];
  const source = sources.find(({ type }) => type === wanted);
  await alice.call('selectScreenCaptureTarget', source!, {}, { enableCaptureMouse: false });
  await alice.call('startScreenCapture', { view: 'own-screen' }, STREAM.sub);
  await alice.waitFor('onScreenCaptureStarted');
  expect(await alice.screens()).toMatchObject([{ displaySurface, cursor: 'never' }]);
});

it('a pause keeps the last picture for the others, who are not told, and it goes on afterwards', async () => {
  const [alice, bob] = await sharing();
  const mark = await bob.last();
  await alice.call('pauseScreenCapture');
  await alice.waitFor('onScreenCapturePaused', [0]);
  await until('no frames come', async () => {
    const before = await decoded(bob);
    await pause(1_500);
    return (await decoded(bob)) === before;
  });
  expect(await bob.picture('alice', STREAM.sub)).toMatchObject({ spread: expect.any(Number) as number });
  expect((await bob.picture('alice', STREAM.sub))!.spread).toBeGreaterThan(5);
  expect(await alice.liveTracks()).toBe(1);
  await alice.call('resumeScreenCapture');
  await alice.waitFor('onScreenCaptureResumed', [0]);
  await bob.sees('alice', STREAM.sub);
  const told = (await bob.since(mark)).filter(({ name }) => name === 'onUserSubStreamAvailable');
  expect(told.map(line)).toEqual([]);
});

it("the browser's own button ends it for everybody, also while it is paused", async () => {
  const [alice, bob] = await sharing();
  await alice.call('pauseScreenCapture');
  await alice.waitFor('onScreenCapturePaused', [0]);
  const mark = await bob.last();
  await alice.endScreens();
  await alice.waitFor('onScreenCaptureStopped', [0]);
  await bob.waitFor('onUserSubStreamAvailable', ['alice', 0], { after: mark });
  expect(await alice.liveTracks()).toBe(0);
  expect((await alice.journal()).filter(({ name }) => name === 'onError')).toEqual([]);
  // What is shared next is not paused.
  await alice.call('startScreenCapture', { view: 'own-screen' }, STREAM.sub);
  await bob.waitFor('onUserSubStreamAvailable', ['alice', 1], { after: mark });
  await bob.watch('alice', STREAM.sub);
});

it('the big stream carries none, and nothing is captured', async () => {
  const alice = await stage.user('alice');
  await alice.enter({ room: stage.room() });
  await alice.call('startScreenCapture', { view: 'own-screen' }, STREAM.big);
  await alice.waitFor('onError', [NOT_SUPPORTED]);
  expect((await alice.journal()).filter(({ name }) => name === 'capture-asked')).toEqual([]);
});
