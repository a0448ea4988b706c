import { expect, it } from 'vitest';
import { fromBase64, toBase64 } from './bytes.ts';

it('brings every byte through as text', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  expect(fromBase64(toBase64(bytes))).toEqual(bytes);
  expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
});
