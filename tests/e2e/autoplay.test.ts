import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { APPLICATION, userSig } from './support/application.ts';
import { openBrowser } from './support/browser.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

declare global {
  interface Window {
    tell(this: void, ...warning: readonly unknown[]): void;
  }
}

let stage: Stage;
let strict: Browser;
beforeAll(async () => {
  [stage, strict] = await Promise.all([Stage.open(), openBrowser({ sound: 'afterGesture' })]);
});
afterEach(() => stage.clear());
afterAll(async () => {
  await strict?.close();
  await stage?.close();
});

/** Somebody comes to a page that enters by itself. Nothing is evaluated in it: to the browser that would be a gesture. */
async function listener(room: number): Promise<{ page: Page; told: readonly unknown[] }> {
  const told: unknown[] = [];
  const page = await stage.plainPage({
    browser: strict,
    prepare: async (opening) => {
      await opening.exposeFunction('tell', (...warning: unknown[]) => void told.push(warning));
      const { sdkAppId } = APPLICATION;
      await opening.addInitScript(
        ([appId, ticket, roomId]) =>
          addEventListener('load', () => {
            const cloud = window.TRTCCloud.getTRTCShareInstance();
            cloud.on('onWarning', (code, _message, extra) => window.tell(code, extra));
            cloud.enterRoom(new window.TRTCParams(appId, 'bob', ticket, roomId), 0);
          }),
        [sdkAppId, userSig({ userId: 'bob' }), room] as const,
      );
    },
  });
  return { page, told };
}

/** Seconds of sound that have been played, for each user. */
const played = (page: Page): Promise<number[]> =>
  page.evaluate(() => [...document.querySelectorAll('audio')].map(({ currentTime }) => currentTime));

it('who has not touched the page yet is told whose sound waits, and hears it after a click', async () => {
  const room = stage.room();
  const alice = await stage.user('alice');
  await alice.enterTalking({ room });
  const { page, told } = await listener(room);
  await until('the warning came', () => told.length > 0);
  expect(told).toEqual([[1205, { userId: 'alice' }]]);
  await page.mouse.click(10, 10);
  await until('it is heard', async () => ((await played(page))[0] ?? 0) > 0);
  expect(told).toHaveLength(1);
});
