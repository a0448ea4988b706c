import { expect, test } from 'vitest';
import { formatArguments, matchesFilter, TimelineLog } from './timeline-log.ts';

const entry = (name: string) => ({ kind: 'callback', atMs: 0, name, args: '' }) as const;

test('the oldest entries go when the limit is reached, numbers go on', () => {
  const log = new TimelineLog(3);
  for (const name of ['a', 'b', 'c', 'd', 'e']) log.add(entry(name));
  expect(log.entries.map(({ name, number }) => [name, number])).toEqual([
    ['c', 3],
    ['d', 4],
    ['e', 5],
  ]);
});

test('ten thousand entries keep the bound', () => {
  const log = new TimelineLog(200);
  for (let count = 0; count < 10_000; count++) log.add(entry('x'));
  expect(log.entries).toHaveLength(200);
});

test('clearing empties the log and keeps counting', () => {
  const log = new TimelineLog(3);
  log.add(entry('a'));
  log.clear();
  expect(log.entries).toEqual([]);
  expect(log.add(entry('b')).number).toBe(2);
});

test('a filter wants all its words, in any order and case', () => {
  const line = { name: 'onUserVideoAvailable', args: '"ada", 1' };
  expect(matchesFilter(line, '')).toBe(true);
  expect(matchesFilter(line, 'video')).toBe(true);
  expect(matchesFilter(line, 'ADA available')).toBe(true);
  expect(matchesFilter(line, 'ben')).toBe(false);
});

test('arguments read like a call and stay short', () => {
  expect(formatArguments(['ada', 1, undefined, null])).toBe('"ada", 1, undefined, null');
  expect(formatArguments([new Uint8Array(12), new ArrayBuffer(3)])).toBe('<12 bytes>, <3 bytes>');
  const loop: Record<string, unknown> = {};
  loop['self'] = loop;
  expect(formatArguments([loop])).toBe('<object>');
  expect(formatArguments(['x'.repeat(5000)]).length).toBeLessThan(310);
});
