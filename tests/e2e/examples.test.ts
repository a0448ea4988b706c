import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type RotundaServer } from '@rotunda/server';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { APPLICATION } from './support/application.ts';
import { openBrowser } from './support/browser.ts';
import { buildSdk, buildWeb } from './support/bundle.ts';
import { until } from './support/wait.ts';

let scratch: string;
let server: RotundaServer;
let browser: Browser;
const contexts: BrowserContext[] = [];
const uncaught: string[] = [];
let rooms = 500;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'rotunda-e2e-examples-'));
  const [webDir] = await Promise.all([buildWeb(join(scratch, 'web')), buildSdk(join(scratch, 'sdk'))]);
  await copyFile(join(scratch, 'sdk/rotunda.iife.js'), join(webDir, 'sdk/rotunda.iife.js'));
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    dataDir: scratch,
    workers: 1,
    announcedAddress: '127.0.0.1',
    dev: true,
    logLevel: 'warn',
    webDir,
    apps: [APPLICATION],
  });
  browser = await openBrowser();
});
afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()));
  expect(uncaught.splice(0)).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(scratch, { recursive: true, force: true });
});

/** Opens an example as one user. */
async function open(example: string, user: string, room: number): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  contexts.push(context);
  const page = await context.newPage();
  page.on('pageerror', (error) => uncaught.push(`${example}, ${user}: ${error.message}`));
  const folder = example === '' ? '' : `${example}/`;
  await page.goto(`${server.url}/examples/${folder}?user=${user}&room=${room}`);
  return page;
}

async function openBoth(example: string): Promise<{ ann: Page; bob: Page; room: number }> {
  rooms += 1;
  const [ann, bob] = await Promise.all([open(example, 'ann', rooms), open(example, 'bob', rooms)]);
  return { ann, bob, room: rooms };
}

async function enter(page: Page, button = 'enter'): Promise<void> {
  await page.locator(`#${button}`).click();
  await page.locator('#leave').waitFor();
}

/** Waits until the picture of a tile moves. */
async function sees(page: Page, tile: string): Promise<void> {
  const video = page.locator(`[data-tile="${tile}"] video`);
  await video.waitFor();
  await until(`the picture of ${tile} moves`, () =>
    video.evaluate((element: HTMLVideoElement) => element.getVideoPlaybackQuality().totalVideoFrames > 10),
  );
}

async function told(page: Page, text: string): Promise<void> {
  await page.locator('#callbacks li', { hasText: text }).first().waitFor();
}

/** Leaves; the other one is told at once and the tile is gone. */
async function leave(page: Page, user: string, other: Page): Promise<void> {
  await page.locator('#leave').click();
  await told(page, 'onExitRoom(0)');
  await told(other, `onRemoteUserLeaveRoom("${user}", 0)`);
  await other.locator(`[data-tile="${user}"]`).waitFor({ state: 'detached' });
}

describe('the examples', () => {
  it('are all listed', async () => {
    const page = await open('', 'ann', 1);
    expect(await page.locator('li a').count()).toBe(8);
  });

  it('video-call', async () => {
    const { ann, bob } = await openBoth('video-call');
    await Promise.all([enter(ann), enter(bob)]);
    await Promise.all([sees(ann, 'bob'), sees(bob, 'ann'), sees(bob, 'you')]);
    await bob.locator('#camera').click();
    await ann.locator('[data-tile="bob"]').waitFor({ state: 'detached' });
    await bob.locator('#camera').click();
    await sees(ann, 'bob');
    await leave(bob, 'bob', ann);
  });

  it('video-call releases the camera when the entry is refused', async () => {
    const ann = await open('video-call', 'ann', 0);
    await ann.locator('#enter').click();
    await told(ann, 'onExitRoom(0)');
    expect(await ann.locator('[data-tile]').count()).toBe(0);
    expect(await ann.locator('#enter').isVisible()).toBe(true);
  });

  it('audio-call', async () => {
    const { ann, bob } = await openBoth('audio-call');
    await Promise.all([enter(ann), enter(bob)]);
    const volumeOf = (page: Page, person: string): Promise<number> =>
      page.locator(`[data-person="${person}"] meter`).evaluate((meter: HTMLMeterElement) => meter.value);
    await until('ann sees that bob speaks', async () => (await volumeOf(ann, 'bob')) > 0);
    await until('bob sees its own voice', async () => (await volumeOf(bob, 'you')) > 0);
    await bob.locator('#microphone').click();
    await ann.locator('[data-person="bob"][data-sound="off"]').waitFor();
    await bob.locator('#leave').click();
    await told(bob, 'onExitRoom(0)');
    await ann.locator('[data-person="bob"]').waitFor({ state: 'detached' });
  });

  it('statistics', async () => {
    const { ann, bob } = await openBoth('statistics');
    await Promise.all([enter(ann), enter(bob)]);
    await sees(ann, 'bob');
    await ann.locator('[data-stream="bob"] td', { hasText: '640×360' }).waitFor();
    await ann.locator('[data-stream="you"] td', { hasText: '640×360' }).waitFor();
    await ann.locator('#path', { hasText: 'excellent' }).waitFor();
    expect(
      await ann.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
    ).toBeLessThanOrEqual(0);
    await leave(bob, 'bob', ann);
  });

  it('live-audience', async () => {
    const { ann, bob } = await openBoth('live-audience');
    await enter(ann, 'anchor');
    await enter(bob, 'audience');
    await sees(bob, 'ann');
    expect(await ann.locator('[data-callback="onRemoteUserEnterRoom"]').count()).toBe(0);
    await leave(ann, 'ann', bob);
  });

  it('switch-role', async () => {
    const { ann, bob } = await openBoth('switch-role');
    await Promise.all([enter(ann), enter(bob)]);
    await ann.locator('#stage').click();
    await sees(bob, 'ann');
    await ann.locator('#stage').click();
    await told(bob, 'onRemoteUserLeaveRoom("ann", 3)');
    await bob.locator('[data-tile="ann"]').waitFor({ state: 'detached' });
  });

  it('cross-room', async () => {
    const [here, there] = [(rooms += 1), (rooms += 1)];
    const [ann, bob] = await Promise.all([open('cross-room', 'ann', here), open('cross-room', 'bob', there)]);
    await Promise.all([enter(ann), enter(bob)]);
    await ann.locator('#other-user').fill('bob');
    await ann.locator('#other-room').fill(String(there));
    await ann.locator('#connect').click();
    await told(ann, 'onConnectOtherRoom("bob", 0, "")');
    await Promise.all([sees(ann, 'bob'), sees(bob, 'ann')]);
    await bob.locator('#disconnect').click();
    await told(bob, 'onDisconnectOtherRoom(0, "")');
    await told(ann, 'onRemoteUserLeaveRoom("bob", 0)');
    await ann.locator('[data-tile="bob"]').waitFor({ state: 'detached' });
    await ann.locator('#connect').click();
    await sees(bob, 'ann');
    await leave(ann, 'ann', bob);
  });

  it('screen-share', async () => {
    const { ann, bob } = await openBoth('screen-share');
    await Promise.all([enter(ann), enter(bob)]);
    await ann.locator('#share').click();
    await sees(bob, 'ann');
    await ann.locator('#share').click();
    await bob.locator('[data-tile="ann"]').waitFor({ state: 'detached' });
    await told(ann, 'onScreenCaptureStopped(0)');
  });

  it('screen-share shows no tile where the browser cannot share', async () => {
    const { ann } = await openBoth('screen-share');
    await ann.addInitScript(() => Reflect.deleteProperty(MediaDevices.prototype, 'getDisplayMedia'));
    await ann.reload();
    await enter(ann);
    await ann.locator('#share').click();
    await told(ann, 'onError(-1309');
    expect(await ann.locator('[data-tile]').count()).toBe(0);
    expect(await ann.locator('#share').getAttribute('aria-pressed')).toBe('false');
  });

  it('devices', async () => {
    const { ann, bob } = await openBoth('devices');
    const level = (id: string): Promise<number> =>
      ann.locator(`#${id}`).evaluate((meter: HTMLMeterElement) => meter.value);
    await ann.locator('#try').click();
    await sees(ann, 'test');
    await until('the microphone is heard', async () => (await level('microphone-level')) > 0);
    expect(await ann.locator('#camera option').count()).toBe(2);
    await ann.locator('#tone').click();
    await until('the speaker plays', async () => (await level('speaker-level')) > 0);
    await Promise.all([enter(ann), enter(bob)]);
    await sees(bob, 'ann');
    const other = await ann.locator('#microphone option').nth(1).getAttribute('value');
    await ann.locator('#microphone').selectOption(other);
    await told(ann, `onDeviceChange("${other}", 0, 2)`);
    expect(await ann.locator('#microphone').inputValue()).toBe(other);
    await leave(ann, 'ann', bob);
    expect(await bob.locator('[data-callback="onError"]').count()).toBe(0);
  });

  it('devices opens nothing for a call to which it gets no ticket', async () => {
    const { ann } = await openBoth('devices');
    await ann.route('**/dev/usersig*', (route) => route.fulfill({ status: 404 }));
    await ann.locator('#enter').click();
    await ann.locator('#problem', { hasText: 'no ticket' }).waitFor();
    expect(await ann.locator('[data-tile]').count()).toBe(0);
    expect(await ann.locator('#enter').isVisible()).toBe(true);
  });
});
