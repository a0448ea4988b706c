import type { CDPSession, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { APPLICATION, userSig } from './support/application.ts';
import type { EnterOptions } from './support/page/driver.ts';
import { comeAndGo, doEverything, silentMusic, watchLeaks, type Held } from './support/page/leak-watch.ts';
import { ROLE, SCENE } from './support/participant.ts';
import { Stage } from './support/stage.ts';

const CYCLES = 200;
const WARM_UP = 20;
const STEP = 20;
/** Bytes in one cycle: less than any object of the SDK with what hangs on it. */
const GROWTH = 4_000;

/** Times with everything that an SDK can do at once. */
const BUSY = 21;

/** Chromium itself holds the newest captures for a while, and with them whoever listened to their tracks. */
const NEWEST = 6;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

async function collected(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = (await session.send('Runtime.getHeapUsage')) as { usedSize: number };
  return usedSize;
}

/** Objects of that class that are still reachable, wherever they are. */
async function alive(session: CDPSession, className: string): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { result: prototype } = await session.send('Runtime.evaluate', {
    expression: `${className}.prototype`,
  });
  const { objects } = await session.send('Runtime.queryObjects', {
    prototypeObjectId: prototype.objectId ?? '',
  });
  const { result } = await session.send('Runtime.callFunctionOn', {
    objectId: objects.objectId ?? '',
    // The prototypes of derived classes are no instances.
    functionDeclaration:
      'function () { return this.filter((one) => one !== one.constructor.prototype).length; }',
    returnByValue: true,
  });
  await session.send('Runtime.releaseObject', { objectId: objects.objectId ?? '' });
  return Number(result.value);
}

/** Alice's way into a room. */
function entryTo(room: number): EnterOptions {
  const ticket = { sdkAppId: APPLICATION.sdkAppId, userId: 'alice', userSig: userSig({ userId: 'alice' }) };
  return { ...ticket, room, scene: SCENE.videoCall, role: ROLE.anchor };
}

async function held(page: Page): Promise<Held> {
  return page.evaluate(() => globalThis.held());
}

/** Some of it is given back a moment after it was told that the room is left. */
async function expectAllGivenBack(page: Page): Promise<void> {
  const open = async () => Object.entries(await held(page)).filter(([, count]) => count > 0);
  await expect.poll(open, { timeout: 20_000, message: 'what was not given back' }).toEqual([]);
}

/** What a page that does everything has none of. An address of a worker or a worklet is good for a moment only. */
async function unused(page: Page): Promise<string[]> {
  const { objectUrls: _momentary, ...open } = await held(page);
  return Object.entries(open).flatMap(([what, count]) => (count === 0 ? [what] : []));
}

it(
  `${CYCLES} times in and out leave nothing behind, and the heap as it was`,
  { timeout: 900_000 },
  async () => {
    const room = stage.room();
    const bob = await stage.user('bob');
    await bob.enterTalking({ room });
    const page = await stage.plainPage();
    await page.evaluate(watchLeaks);
    const session = await page.context().newCDPSession(page);
    const entry = entryTo(room);
    const cycle = (times: number): Promise<void> => page.evaluate(comeAndGo, [entry, 'bob', times] as const);

    await cycle(WARM_UP);
    const before = await collected(session);
    for (let done = WARM_UP; done < CYCLES; done += STEP) await cycle(STEP);

    await expectAllGivenBack(page);
    for (const className of ['HTMLMediaElement', 'RTCPeerConnection']) {
      expect(await alive(session, className), className).toBeLessThanOrEqual(NEWEST);
    }
    const grown = (await collected(session)) - before;
    expect(grown / (CYCLES - WARM_UP), 'bytes that each time left behind').toBeLessThan(GROWTH);
  },
);

/** How a stay ends, and the reason that is told. */
const ENDS = [
  { reason: 0, by: () => Promise.resolve() },
  { reason: 1, by: (room: number) => stage.api.removeUser(room, 'alice') },
  { reason: 2, by: (room: number) => stage.api.dismissRoom(room) },
] as const;

it(
  `${BUSY} times with all that there is, out by exit, removal and dismissal, leave nothing behind`,
  { timeout: 900_000 },
  async () => {
    const [room, otherRoom] = [stage.room(), stage.room()];
    const [bob, carol] = await stage.users('bob', 'carol');
    await Promise.all([bob.enterTalking({ room }), carol.enterTalking({ room: otherRoom })]);
    const page = await stage.plainPage();
    const music = await page.evaluate(silentMusic);
    await page.evaluate(watchLeaks);
    const session = await page.context().newCDPSession(page);
    const entries = [
      { ...entryTo(room), friend: 'bob' },
      { ...entryTo(otherRoom), friend: 'carol' },
    ] as const;
    for (let time = 0; time < BUSY; time++) {
      const { reason, by } = ENDS[time % ENDS.length]!;
      const leaving = await page.evaluateHandle(doEverything, [...entries, music, time] as const);
      expect(await unused(page), 'what is counted and was not used').toEqual([]);
      await by(room);
      const how = reason === 0 ? ('exit' as const) : ('told' as const);
      expect(await leaving.evaluate((leave, ends) => leave(ends), how)).toBe(reason);
      await leaving.dispose();
      if (reason === 2) await bob.enterTalking({ room });
    }
    await expectAllGivenBack(page);
    for (const className of [
      'HTMLMediaElement',
      'RTCPeerConnection',
      'AudioContext',
      'Worker',
      'TRTCCloud',
    ]) {
      expect(await alive(session, className), className).toBeLessThanOrEqual(NEWEST);
    }
  },
);
