import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { APPLICATION, userSig } from './support/application.ts';
import { WebStage } from './support/web-stage.ts';

let stage: WebStage;
beforeAll(async () => {
  stage = await WebStage.open({ dev: false });
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

it('outside of development mode the page wants a ticket, says what is wrong with it, and has no panel', async () => {
  const ada = await stage.comes('Ada', 'lobby');
  await ada.page.getByTestId('join-sdkappid').fill(String(APPLICATION.sdkAppId));
  await ada.page.getByTestId('join-usersig').fill(userSig({ userId: 'Bert' }));
  await ada.click('join-button');
  expect(await ada.says('join-error')).toContain('The UserSig belongs to another name');
  expect(await ada.captured(), 'what the refused entry opened').not.toContain('live');

  await ada.page.getByTestId('join-usersig').fill(userSig({ userId: 'Ada' }));
  await ada.join();
  expect(await ada.page.getByTestId('devpanel').count()).toBe(0);
  await ada.click('leave-button');
  expect(await ada.ending()).toBe('left');
});
