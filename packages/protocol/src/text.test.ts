import { expect, it } from 'vitest';
import { isBackendMessage } from './backend-message.ts';
import { readCommId } from './cloudapi/index.ts';
import { isKeepable } from './text.ts';

it.each(['', 'a\nb\t', '\u{1F6AB}', 'ü', '\u0001'])('every database can keep %j', (text) => {
  expect(isKeepable(text)).toBe(true);
});

it.each(['\0', 'a\0b', '\ud83d', '\udeab\ud83d'])('no database needs to keep %j', (text) => {
  expect(isKeepable(text)).toBe(false);
  expect(isBackendMessage(text)).toBe(false);
  expect(readCommId(`1400000001_${text}_1`)).toBeNull();
});
