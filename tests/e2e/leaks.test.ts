import type { CDPSession, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { APPLICATION, userSig } from './support/application.ts';
import { comeAndGo, watchLeaks, type Held } from './support/page/leak-watch.ts';
import { ROLE, SCENE } from './support/participant.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

const CYCLES = 200;
const WARM_UP = 20;
const STEP = 20;
/** Bytes in one cycle: less than any object of the SDK with what hangs on it. */
const GROWTH = 4_000;

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

async function held(page: Page): Promise<Held> {
  return page.evaluate(() => globalThis.held());
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
    const entry = {
      sdkAppId: APPLICATION.sdkAppId,
      userId: 'alice',
      userSig: userSig({ userId: 'alice' }),
      room,
      scene: SCENE.videoCall,
      role: ROLE.anchor,
    };
    const cycle = (times: number): Promise<void> => page.evaluate(comeAndGo, [entry, 'bob', times] as const);

    await cycle(WARM_UP);
    const before = await collected(session);
    for (let done = WARM_UP; done < CYCLES; done += STEP) await cycle(STEP);

    await until('everything was given back', async () =>
      Object.values(await held(page)).every((count) => count === 0),
    );
    for (const className of ['HTMLMediaElement', 'RTCPeerConnection']) {
      expect(await alive(session, className), className).toBeLessThanOrEqual(NEWEST);
    }
    const grown = (await collected(session)) - before;
    expect(grown / (CYCLES - WARM_UP), 'bytes that each time left behind').toBeLessThan(GROWTH);
  },
);
