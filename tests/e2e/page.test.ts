import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebStage } from './support/web-stage.ts';

let stage: WebStage;
beforeAll(async () => {
  stage = await WebStage.open({ dev: true });
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

/** The README's picture is only made anew by a run that is told so: a test run changes no file of the repository. */
function readmePicture(): string {
  const inDocs = fileURLToPath(new URL('../../docs/screenshot.png', import.meta.url));
  return process.env['ROTUNDA_SCREENSHOTS'] === '1' ? inDocs : join(stage.scratch, 'screenshot.png');
}

describe('the meeting page', () => {
  it('shows two people to each other and says plainly that somebody left', async () => {
    const [ada, bert] = await stage.meet('lobby', 'Ada', 'Bert');
    await ada.click('leave-button');
    expect(await ada.ending()).toBe('left');
    expect(await ada.says('ending-reason')).toBe('You left the room');
    await bert.page.getByTestId('tile-Ada').waitFor({ state: 'detached' });
    expect(await bert.timeline('onRemoteUserLeaveRoom')).toEqual(['"Ada", 0']);
    expect(await ada.timeline('onExitRoom')).toEqual(['0']);
    await ada.click('rejoin-button');
    await bert.sees('Ada');
  });

  it('removes somebody through the Cloud API', async () => {
    const [ada, bert] = await stage.meet('70001', 'Ada', 'Bert');
    await bert.click('remove-Ada');
    expect(await ada.ending()).toBe('removed');
    expect(await ada.says('ending-reason')).toBe('You were removed from the room');
    await bert.page.getByTestId('tile-Ada').waitFor({ state: 'detached' });
    expect(await bert.timeline('onRemoteUserLeaveRoom')).toEqual(['"Ada", 2']);
    await bert.page.locator('[data-testid="cloud-call"][data-state="done"]').waitFor();
  });

  it('dismisses the room through the Cloud API', async () => {
    const meetings = await stage.meet('70002', 'Ada', 'Bert');
    await meetings[0].click('dismiss-button');
    expect(await Promise.all(meetings.map((meeting) => meeting.ending()))).toEqual([
      'dismissed',
      'dismissed',
    ]);
    expect(await meetings[1].timeline('onExitRoom')).toEqual(['2']);
    expect(await meetings[1].says('ending-reason')).toBe('The room was dismissed');
  });

  it('says that the same name came in somewhere else', async () => {
    const [ada] = await stage.meet('desk', 'Ada');
    const again = await stage.comes('Ada', 'desk');
    await again.join();
    expect(await ada.ending()).toBe('replaced');
    expect(await ada.says('ending-reason')).toBe('You joined somewhere else');
    expect(await ada.timeline('onExitRoom')).toEqual(['1']);
    expect(await again.timeline('onExitRoom')).toEqual([]);
  });

  it('says what is wrong with a room, and lets one try another', async () => {
    const ada = await stage.comes('Ada', 'naïve');
    await ada.click('join-button');
    expect(await ada.says('join-error')).toContain('This room cannot be used');
    expect(await ada.page.getByTestId('join-room').getAttribute('aria-invalid')).toBe('true');
    await ada.page.getByTestId('join-room').fill('plain');
    await ada.join();
  });

  it('has a stage and an audience, who can come on stage, go back, and be removed by name', async () => {
    const [ada, bert] = [await stage.comes('Ada', 'theatre'), await stage.comes('Bert', 'theatre')];
    await ada.choose('join-scene-live');
    await ada.join();
    await bert.choose('join-scene-live');
    await bert.choose('join-role-audience');
    await bert.join();
    await bert.sees('Ada');
    expect(await ada.timeline('onRemoteUserEnterRoom')).toEqual([]);
    await bert.click('role-button');
    await ada.sees('Bert');
    await bert.click('role-button');
    await ada.page.getByTestId('tile-Bert').waitFor({ state: 'detached' });
    expect(await ada.timeline('onRemoteUserLeaveRoom')).toEqual(['"Bert", 3']);
    await ada.page.getByTestId('remove-name').fill('Bert');
    await ada.click('remove-named-button');
    expect(await bert.ending()).toBe('removed');
  });

  it('mutes, and shares the screen', async () => {
    const [ada, bert] = await stage.meet('studio', 'Ada', 'Bert');
    await ada.click('mic-button');
    await bert.page.locator('[data-testid="tile-Ada"][data-sound="off"]').waitFor();
    await ada.click('camera-button');
    await bert.page.locator('[data-testid="tile-Ada"][data-picture="none"]').waitFor();
    await ada.click('camera-button');
    await bert.sees('Ada');
    await ada.click('screen-button');
    await bert.sees('Ada', 'screen');
    await ada.click('screen-button');
    await bert.page.getByTestId('screen-Ada').waitFor({ state: 'detached' });
  });

  it('has a face for the README', async () => {
    const [ada] = await stage.meet('town-hall', 'Ada', 'Bert', 'Chen');
    await ada.page.screenshot({ path: readmePicture() });
    expect(await ada.overflow()).toBeLessThanOrEqual(0);
  });

  it('works on a phone', async () => {
    const phone = await stage.comes('Ada', 'pocket', { width: 390, height: 844 });
    expect(await phone.overflow()).toBeLessThanOrEqual(0);
    await phone.join();
    const other = await stage.comes('Bert', 'pocket');
    await other.join();
    await Promise.all([phone.sees('Bert'), other.sees('Ada')]);
    expect(await phone.overflow()).toBeLessThanOrEqual(0);
    await phone.page.screenshot({ path: join(stage.scratch, 'phone.png') });
    await phone.click('leave-button');
    expect(await phone.ending()).toBe('left');
    expect(await phone.overflow()).toBeLessThanOrEqual(0);
  });
});
