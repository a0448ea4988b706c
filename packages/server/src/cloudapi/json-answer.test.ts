import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toJson } from './json-answer.ts';

describe('toJson', () => {
  it('writes whatever JSON.stringify writes', async () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    const fields = fc.dictionary(fc.string(), fc.option(value, { nil: undefined }));
    const lists = fc.record({
      flat: fc.array(fc.record({ Time: fc.integer(), Value: fc.double() }), { maxLength: 600, size: 'max' }),
      mixed: fc.array(fc.oneof(fields, fc.integer(), fc.constant(undefined)), { maxLength: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fields, lists), async (answer) => {
        expect((await toJson(answer)).toString()).toBe(JSON.stringify(answer));
      }),
      { numRuns: 300 },
    );
  });

  it('gives others many turns of the event loop while it writes a large answer', async () => {
    const Content = Array.from({ length: 100_000 }, (_, Time) => ({ Time, Value: Time % 7 }));
    const answer = { Data: [{ UserId: 'ann', Content }] };
    let turns = 0;
    let turn = setImmediate(function next() {
      turns += 1;
      turn = setImmediate(next);
    });
    const written = await toJson(answer);
    clearImmediate(turn);
    expect(turns).toBeGreaterThan(20);
    expect(JSON.parse(written.toString())).toEqual(answer);
  });
});
