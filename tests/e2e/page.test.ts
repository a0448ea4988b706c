import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from '@rotunda/server';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { APPLICATION } from './support/application.ts';
import { openBrowser } from './support/browser.ts';
import { buildWeb } from './support/bundle.ts';
import { MeetingPage } from './support/meeting-page.ts';

let scratch: string;
let server: Awaited<ReturnType<typeof startServer>>;
let browser: Browser;
const open = new Set<MeetingPage>();

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'rotunda-e2e-page-'));
  const webDir = await buildWeb(join(scratch, 'web'));
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
  const uncaught = [...open].flatMap((meeting) => meeting.uncaught);
  await Promise.all([...open].map((meeting) => meeting.close()));
  open.clear();
  expect(uncaught).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
  await rm(scratch, { recursive: true, force: true });
});

async function comes(
  name: string,
  room: string,
  viewport?: { width: number; height: number },
): Promise<MeetingPage> {
  const meeting = await MeetingPage.open({
    browser,
    serverUrl: server.url,
    name,
    room,
    ...(viewport ? { viewport } : {}),
  });
  open.add(meeting);
  return meeting;
}

async function meet(room: string, ...names: string[]): Promise<MeetingPage[]> {
  const meetings = await Promise.all(names.map((name) => comes(name, room)));
  for (const meeting of meetings) await meeting.join();
  await Promise.all(
    meetings.map(async (meeting) => {
      for (const name of names) await meeting.sees(name);
    }),
  );
  return meetings;
}

/** The README's picture is only made anew by a run that is told so: a test run changes no file of the repository. */
function readmePicture(): string {
  const inDocs = fileURLToPath(new URL('../../docs/screenshot.png', import.meta.url));
  return process.env['ROTUNDA_SCREENSHOTS'] === '1' ? inDocs : join(scratch, 'screenshot.png');
}

describe('the meeting page', () => {
  it('shows two people to each other and says plainly that somebody left', async () => {
    const [ada, bert] = await meet('lobby', 'Ada', 'Bert');
    await ada!.click('leave-button');
    expect(await ada!.ending()).toBe('left');
    await bert!.page.getByTestId('tile-Ada').waitFor({ state: 'detached' });
    expect(await bert!.timeline('onRemoteUserLeaveRoom')).toEqual(['"Ada", 0']);
    expect(await ada!.timeline('onExitRoom')).toEqual(['0']);
    await ada!.click('rejoin-button');
    await bert!.sees('Ada');
  });

  it('removes somebody through the Cloud API', async () => {
    const [ada, bert] = await meet('70001', 'Ada', 'Bert');
    await bert!.click('remove-Ada');
    expect(await ada!.ending()).toBe('removed');
    await bert!.page.getByTestId('tile-Ada').waitFor({ state: 'detached' });
    expect(await bert!.timeline('onRemoteUserLeaveRoom')).toEqual(['"Ada", 2']);
    await bert!.page.locator('[data-testid="cloud-call"][data-state="done"]').waitFor();
  });

  it('dismisses the room through the Cloud API', async () => {
    const meetings = await meet('70002', 'Ada', 'Bert');
    await meetings[0]!.click('dismiss-button');
    expect(await Promise.all(meetings.map((meeting) => meeting.ending()))).toEqual([
      'dismissed',
      'dismissed',
    ]);
    expect(await meetings[1]!.timeline('onExitRoom')).toEqual(['2']);
  });

  it('mutes, and shares the screen', async () => {
    const [ada, bert] = await meet('studio', 'Ada', 'Bert');
    await ada!.click('mic-button');
    await bert!.page.locator('[data-testid="tile-Ada"][data-sound="off"]').waitFor();
    await ada!.click('camera-button');
    await bert!.page.locator('[data-testid="tile-Ada"][data-picture="none"]').waitFor();
    await ada!.click('camera-button');
    await bert!.sees('Ada');
    await ada!.click('screen-button');
    await bert!.sees('Ada', 'screen');
    await ada!.click('screen-button');
    await bert!.page.getByTestId('screen-Ada').waitFor({ state: 'detached' });
  });

  it('has a face for the README', async () => {
    const [ada] = await meet('town-hall', 'Ada', 'Bert', 'Chen');
    await ada!.page.screenshot({ path: readmePicture() });
    expect(await ada!.overflow()).toBeLessThanOrEqual(0);
  });

  it('works on a phone', async () => {
    const phone = await comes('Ada', 'pocket', { width: 390, height: 844 });
    expect(await phone.overflow()).toBeLessThanOrEqual(0);
    await phone.join();
    const other = await comes('Bert', 'pocket');
    await other.join();
    await Promise.all([phone.sees('Bert'), other.sees('Ada')]);
    expect(await phone.overflow()).toBeLessThanOrEqual(0);
    await phone.page.screenshot({ path: join(scratch, 'phone.png') });
    await phone.click('leave-button');
    expect(await phone.ending()).toBe('left');
    expect(await phone.overflow()).toBeLessThanOrEqual(0);
  });
});
