import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { openBrowser } from './support/browser.ts';
import { presenceOf } from './support/expectations.ts';
import { Stage } from './support/stage.ts';

const CAMERA_NOT_AUTHORIZED = -1314;
const MIC_NOT_AUTHORIZED = -1317;

let stage: Stage;
let refusing: Browser;
beforeAll(async () => {
  [stage, refusing] = await Promise.all([Stage.open(), openBrowser({ asking: 'denied' })]);
});
afterEach(() => stage.clear());
afterAll(async () => {
  await refusing?.close();
  await stage?.close();
});

it('somebody who denies camera and microphone is told the codes, and still sees, hears and leaves', async () => {
  const room = stage.room();
  const alice = await stage.user('alice');
  const bob = await stage.user('bob', { browser: refusing });
  await alice.enterTalking({ room });
  await bob.call('startLocalPreview', { view: 'self' });
  await bob.call('startLocalAudio', 2);
  await bob.waitFor('onError', [CAMERA_NOT_AUTHORIZED]);
  await bob.waitFor('onError', [MIC_NOT_AUTHORIZED]);
  await bob.enter({ room });
  await bob.watch('alice');
  const mark = await bob.last();
  await bob.call('exitRoom');
  await bob.waitFor('onExitRoom', [0], { after: mark });
  await alice.waitFor('onRemoteUserLeaveRoom', ['bob', 0]);
  expect(await presenceOf(alice, 'bob')).toEqual([
    ['onRemoteUserEnterRoom', 'bob'],
    ['onRemoteUserLeaveRoom', 'bob', 0],
  ]);
});
