import { expect, it } from 'vitest';
import { RoomLogUnavailableError } from '../roomlog/port.ts';
import { PartlyRevivedError, StoreError, type StoreFault } from '../store/errors.ts';
import { toRefusal } from './refusals.ts';

const CASES: Record<StoreFault, readonly [code: string, message: RegExp]> = {
  unreachable: ['ServiceUnavailable', /cannot be reached/],
  tooSlow: ['ServiceUnavailable', /took too long.*ask for less/],
  busy: ['ServiceUnavailable', /too much to do/],
  full: ['ServiceUnavailable', /no room left/],
  broken: ['InternalError', /cannot be read or written/],
  refused: ['InternalError', /internal error/],
};

it.each(Object.entries(CASES))('a database that is %s is told as that, without its words', (name, told) => {
  const [code, message] = told;
  const fault = name as StoreFault;
  const refusal = toRefusal(new StoreError('its words', { fault, code: '57014' }));
  expect(refusal).toEqual({ code, message: expect.stringMatching(message) });
  expect(refusal.message).not.toMatch(/its words|57014/);
});

it('a room log that is away is not taken for the database', () => {
  expect(toRefusal(new RoomLogUnavailableError('down')).message).toMatch(/room service/);
});

it('a replay that stopped on the way says how far it came, and why it stopped', () => {
  const cause = new StoreError('its words', { fault: 'unreachable', code: 'ECONNREFUSED' });
  expect(toRefusal(new PartlyRevivedError(2_000, cause))).toEqual({
    code: 'ServiceUnavailable',
    message:
      'The database cannot be reached for now: try again. Of the events 2000 are delivered again already.',
  });
});
