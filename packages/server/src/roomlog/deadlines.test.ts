import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DeadlineHeap } from './deadlines.ts';

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const at = fc.integer({ min: 0, max: 20 });
const step = fc.oneof(
  fc.record({ do: fc.constant('set'), key, at: fc.option(at) }),
  fc.record({ do: fc.constant('due'), now: at }),
);

/** What the heap does, without being fast. */
class NaiveDeadlines {
  readonly #at = new Map<string, number>();

  get size(): number {
    return this.#at.size;
  }

  set(name: string, deadline: number | null): void {
    if (deadline === null) this.#at.delete(name);
    else this.#at.set(name, deadline);
  }

  due(now: number): { name: string; deadline: number }[] {
    return [...this.#at]
      .map(([name, deadline]) => ({ name, deadline }))
      .filter(({ deadline }) => deadline <= now);
  }
}

describe('the deadline heap', () => {
  test('agrees with a plain map, whatever is set and asked', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const heap = new DeadlineHeap<string>((name) => name);
        const naive = new NaiveDeadlines();
        for (const item of steps) {
          if ('now' in item) {
            const expected = naive.due(item.now);
            expect(heap.due(item.now).toSorted()).toEqual(expected.map(({ name }) => name).toSorted());
          } else {
            heap.set(item.key, item.at);
            naive.set(item.key, item.at);
          }
          expect(heap.size).toBe(naive.size);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('gives the earliest first', () => {
    fc.assert(
      fc.property(fc.array(at, { maxLength: 100 }), (deadlines) => {
        const heap = new DeadlineHeap<number>(String);
        deadlines.forEach((deadline, index) => heap.set(index, deadline));
        const order = heap.due(20).map((index) => deadlines[index]);
        expect(order).toEqual(deadlines.toSorted((a, b) => a - b));
      }),
    );
  });

  test('keeps what is due until it is set anew or removed', () => {
    const heap = new DeadlineHeap<string>((name) => name);
    heap.set('a', 1);
    heap.set('b', 1);
    expect(heap.due(1)).toHaveLength(2);
    expect(heap.due(1)).toHaveLength(2);
    heap.set('a', 5);
    heap.set('b', null);
    expect(heap.due(4)).toEqual([]);
    expect(heap.due(5)).toEqual(['a']);
  });

  test('names a key once that was set back to an earlier deadline', () => {
    const heap = new DeadlineHeap<string>((name) => name);
    for (const deadline of [5, 10, 5, null, 5]) heap.set('a', deadline);
    expect(heap.due(5)).toEqual(['a']);
  });

  test('does not grow with links that come and go', () => {
    const heap = new DeadlineHeap<string>((name) => name);
    for (let round = 0; round < 20_000; round++) {
      heap.set('a', 1_000_000 + round);
      heap.set('b', round % 2 === 0 ? 2_000_000 : null);
    }
    expect(heap.held).toBeLessThan(2_000);
    expect(heap.due(3_000_000)).toEqual(['a']);
  });

  test('is empty when cleared', () => {
    const heap = new DeadlineHeap<string>((name) => name);
    heap.set('a', 1);
    heap.clear();
    expect(heap.due(1)).toEqual([]);
    expect(heap.size).toBe(0);
  });
});
