import fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonFault } from './json-fault.ts';

it.each([
  ['{"a": 1,\n "b": }', 2, 7],
  ['{"a": 1\n "b": 2}', 2, 2],
  ['{"a": [1, 2,]}', 1, 13],
  ['{"a": 1,}', 1, 9],
  ["{'a': 1}", 1, 2],
  ['{"a": "no end\n}', 1, 7],
  ['{"a": 01}', 1, 8],
  ['{"a": 1}\n}', 2, 1],
  ['{"a":', 1, 6],
  ['', 1, 1],
  ['\uFEFF{}', 1, 1],
  ['// settings\n{}', 1, 1],
])('finds the place of the fault in %j', (text, line, column) => {
  expect(jsonFault(text)).toEqual({ line, column });
});

it('agrees with the parser on what is JSON, whatever the text', () => {
  const changed = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', ',', ':', '}', ']', '{', '[', '0', '\\', '\n', 'x'))
    .map(([text, at, insert]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + insert + text.slice(place + (at % 2));
    });
  fc.assert(
    fc.property(fc.oneof(fc.json(), changed, fc.string()), (text) => {
      expect(jsonFault(text) === null).toBe(isJson(text));
    }),
    { numRuns: 2_000 },
  );
});

it('takes long texts and deep nesting', () => {
  expect(jsonFault(JSON.stringify({ long: 'x'.repeat(5_000_000) }))).toBeNull();
  expect(jsonFault('['.repeat(100_000))).toEqual({ line: 1, column: 100_001 });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
