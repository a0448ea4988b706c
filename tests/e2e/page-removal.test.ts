import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { APPLICATION } from './support/application.ts';
import type { MeetingPage } from './support/meeting-page.ts';
import { WebStage } from './support/web-stage.ts';

const { sdkAppId } = APPLICATION;
const WORDS = 'Please read the <b>house rules</b> & come back.';
const PHONE = { width: 390, height: 844 };

let stage: WebStage;
beforeAll(async () => {
  stage = await WebStage.open({ dev: true });
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

function remove(strRoomId: string, userId: string, blockSeconds: number): Promise<{ ended: number }> {
  const room = { strRoomId };
  return stage.admin.removeUsers({ sdkAppId, room, userIds: [userId], message: WORDS, blockSeconds });
}

/** The entry is refused, with the words of the backend and a time. */
async function expectKeptOut(meeting: MeetingPage): Promise<void> {
  await meeting.click('join-button');
  const told = await meeting.says('join-error');
  expect(told).toContain('You may not enter this room for now');
  expect(told).toContain(WORDS);
  expect(told).toMatch(/You may join (today|tomorrow) at \d\d:\d\d\. To come in earlier, ask/);
  expect(await meeting.captured(), 'what the refused entry opened').not.toContain('live');
  expect(await meeting.overflow()).toBeLessThanOrEqual(0);
}

describe('somebody at the meeting page who is removed by the backend', () => {
  it('reads the reason, as it was written, and may join again', async () => {
    const [ada, bert] = await stage.meet('reasons', 'Ada', 'Bert');
    expect(await remove('reasons', 'Bert', 0)).toEqual({ ended: 1 });
    expect(await bert.ending()).toBe('removed');
    expect(await bert.says('ending-message')).toBe(WORDS);
    expect(await bert.page.getByTestId('ending-wait').isVisible()).toBe(false);
    expect(await bert.timeline('onRemovalMessage')).toEqual([JSON.stringify(WORDS)]);
    await ada.page.getByTestId('tile-Bert').waitFor({ state: 'detached' });
    expect(await ada.timeline('onRemoteUserLeaveRoom')).toEqual(['"Bert", 2']);
    await bert.click('rejoin-button');
    await ada.sees('Bert');
  });

  it('and kept out reads until when, is not let in before that, and is when the block is lifted', async () => {
    const ada = await stage.comes('Ada', 'rules', PHONE);
    await ada.join();
    await ada.sees('Ada');
    await remove('rules', 'Ada', 3_600);
    expect(await ada.ending()).toBe('removed');
    expect(await ada.says('ending-message')).toBe(WORDS);
    expect(await ada.says('ending-wait')).toMatch(
      /^You may join this room again (today|tomorrow) at \d\d:\d\d\./,
    );
    expect(await ada.page.getByTestId('rejoin-button').isVisible()).toBe(false);
    expect(await ada.overflow()).toBeLessThanOrEqual(0);
    await ada.click('change-button');
    await expectKeptOut(ada);
    await stage.admin.unblockEntry({ sdkAppId, room: { strRoomId: 'rules' }, userId: 'Ada' });
    await ada.join();
    await ada.sees('Ada');
  });

  it('is offered to join again when the time is over', async () => {
    const [ada] = await stage.meet('short', 'Ada');
    await remove('short', 'Ada', 5);
    expect(await ada.ending()).toBe('removed');
    expect(await ada.page.getByTestId('rejoin-button').isVisible()).toBe(false);
    await ada.page.getByTestId('rejoin-button').waitFor();
    expect(await ada.says('ending-wait')).toBe('You may join this room again now.');
    await ada.click('rejoin-button');
    await ada.sees('Ada');
  });
});

describe('somebody whom the backend keeps out of all rooms', () => {
  it('reads why on the card, and others come in', async () => {
    await stage.admin.blockEntry({
      sdkAppId,
      room: null,
      userId: 'Mallory',
      seconds: 86_400,
      message: WORDS,
    });
    const mallory = await stage.comes('Mallory', 'anywhere');
    await expectKeptOut(mallory);
    await mallory.page.getByTestId('join-name').fill('Ada');
    await mallory.join();
    await mallory.sees('Ada');
  });
});
