import { expect, it } from 'vitest';
import { closeInOrder } from './close-in-order.ts';

it('does each step when the one before is done, and every step although some fail', async () => {
  const done: string[] = [];
  const step =
    (name: string, fails = false) =>
    async (): Promise<void> => {
      await Promise.resolve();
      done.push(name);
      if (fails) throw new Error(`${name} failed`);
    };
  const closing = closeInOrder([step('doors'), step('media', true), step('log', true), step('store')]);
  await expect(closing).rejects.toThrow('media failed');
  expect(done).toEqual(['doors', 'media', 'log', 'store']);
});
