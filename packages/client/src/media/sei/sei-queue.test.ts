import { expect, it } from 'vitest';
import type { SeiMessage } from './sei-format.ts';
import { SeiQueue } from './sei-queue.ts';

const message = (number: number): SeiMessage => ({ number, bytes: Uint8Array.of(number) });
const numbers = (messages: readonly SeiMessage[]): (number | null)[] => messages.map(({ number }) => number);

it('puts each message on as many frames of each layer as asked, in order', () => {
  const queue = new SeiQueue();
  queue.add(message(1), 2, 0);
  queue.add(message(2), 1, 0);
  expect(numbers(queue.take('small', 10))).toEqual([1, 2]);
  queue.add(message(3), 1, 20);
  expect(numbers(queue.take('small', 30))).toEqual([1, 3]);
  expect(numbers(queue.take('big', 35))).toEqual([1, 2, 3]);
  expect(numbers(queue.take('small', 60))).toEqual([]);
  expect(numbers(queue.take('big', 65))).toEqual([1]);
  expect(numbers(queue.take('big', 95))).toEqual([]);
});

it('keeps nothing for a layer that begins later', () => {
  const queue = new SeiQueue();
  queue.add(message(1), 1, 0);
  expect(numbers(queue.take('small', 10))).toEqual([1]);
  expect(numbers(queue.take('big', 1_100))).toEqual([]);
});

it('waits for a first picture, but not for ever', () => {
  const queue = new SeiQueue();
  queue.add(message(1), 1, 0);
  queue.add(message(2), 1, 2_000);
  expect(numbers(queue.take('big', 6_000))).toEqual([2]);
});

it('goes on with many copies over a slow stream', () => {
  const queue = new SeiQueue();
  queue.add(message(1), 10, 0);
  const carried = Array.from({ length: 12 }, (_, second) => queue.take('big', second * 1_000).length);
  expect(carried).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
});

it('overloads no frame', () => {
  const queue = new SeiQueue();
  for (let number = 0; number < 40; number++) queue.add(message(number), 1, 0);
  expect(queue.take('big', 10)).toHaveLength(30);
  expect(queue.take('big', 40)).toHaveLength(10);
});
