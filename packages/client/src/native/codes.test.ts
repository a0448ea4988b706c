import { TRTC_ERRORS, TRTC_WARNINGS } from '@rotunda/protocol';
import { expect, test } from 'vitest';
import { TXLiteAVError, TXLiteAVWarning } from './codes.ts';

/** Of newer SDKs and those for other platforms: the tables of the one for Electron do not have their numbers. */
const WITHOUT_A_NAME = [
  'ERR_FAILED',
  'ERR_INVALID_PARAMETER',
  'ERR_REFUSED',
  'ERR_NOT_SUPPORTED',
  'ERR_SERVER_PROCESS_FAILED',
  'ERR_AUDIO_PLUGIN_START_FAIL',
  'ERR_AUDIO_PLUGIN_INSTALL_NOT_AUTHORIZED',
  'ERR_TRTC_ENTER_ROOM_REFUSED',
  'ERR_SCREEN_CAPTURE_STOPPED',
  'WARNING_SPEAKER_DEVICE_ABNORMAL',
];

const COMING = Object.entries({ ...TRTC_ERRORS, ...TRTC_WARNINGS });
const NAMED: Record<string, number> = { ...TXLiteAVError, ...TXLiteAVWarning };

test('the codes that come have names, but for those that are listed', () => {
  const named = new Set(Object.values(NAMED));
  const without = COMING.filter(([, { code }]) => !named.has(code)).map(([name]) => name);
  expect(without.toSorted()).toEqual(WITHOUT_A_NAME.toSorted());
});

test('a name of the protocol that is also one of the tables has the same code there', () => {
  const shared = COMING.filter(([name]) => name in NAMED);
  expect(shared.length).toBeGreaterThan(20);
  for (const [name, { code }] of shared) expect([name, NAMED[name]]).toEqual([name, code]);
});
