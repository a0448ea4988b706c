import { describe, expect, it } from 'vitest';
import {
  FakeClock,
  QueueClosedError,
  SerialQueue,
  TypedEmitter,
  createDeferred,
  createSteadyClock,
} from './index.ts';

interface Events {
  tick: [count: number];
}

describe('TypedEmitter', () => {
  it('delivers to every listener although one throws, and reports the throw', () => {
    const errors: unknown[] = [];
    const emitter = new TypedEmitter<Events>((error) => errors.push(error));
    const seen: number[] = [];
    emitter.on('tick', () => {
      throw new Error('bad listener');
    });
    emitter.on('tick', (count) => seen.push(count));
    expect(emitter.emit('tick', 7)).toBe(true);
    expect(seen).toEqual([7]);
    expect(errors).toHaveLength(1);
  });

  it('once fires once, off removes, and both leave no registration behind', () => {
    const emitter = new TypedEmitter<Events>();
    const seen: number[] = [];
    const listener = (count: number): void => void seen.push(count);
    emitter.once('tick', listener);
    emitter.emit('tick', 1);
    emitter.emit('tick', 2);
    emitter.on('tick', listener).off('tick', listener);
    emitter.emit('tick', 3);
    expect(seen).toEqual([1]);
    expect(emitter.listenerCount()).toBe(0);
  });

  it('a listener removed during delivery does not unsettle the others', () => {
    const emitter = new TypedEmitter<Events>();
    const seen: string[] = [];
    const first = (): void => {
      seen.push('first');
      emitter.off('tick', first);
    };
    emitter.on('tick', first);
    emitter.on('tick', () => seen.push('second'));
    emitter.emit('tick', 1);
    expect(seen).toEqual(['first', 'second']);
  });
});

describe('SerialQueue', () => {
  it('runs tasks one at a time in order, also after one fails', async () => {
    const queue = new SerialQueue();
    const gate = createDeferred();
    const order: string[] = [];
    const slow = queue.run(async () => {
      await gate.promise;
      order.push('slow');
      throw new Error('failed');
    });
    const next = queue.run(() => void order.push('next'));
    gate.resolve();
    await expect(slow).rejects.toThrow('failed');
    await next;
    expect(order).toEqual(['slow', 'next']);
    expect(queue.size).toBe(0);
  });

  it('close rejects what waits and what comes later, and lets the running task end', async () => {
    const queue = new SerialQueue();
    const gate = createDeferred<string>();
    const running = queue.run(() => gate.promise);
    const waiting = queue.run(() => 'never');
    queue.close();
    gate.resolve('ended');
    await expect(running).resolves.toBe('ended');
    await expect(waiting).rejects.toBeInstanceOf(QueueClosedError);
    await expect(queue.run(() => 1)).rejects.toBeInstanceOf(QueueClosedError);
  });
});

describe('FakeClock', () => {
  it('fires timers in order of time, repeats intervals, and counts what is pending', () => {
    const clock = new FakeClock(0);
    const fired: string[] = [];
    clock.after(30, () => fired.push(`late@${clock.now()}`));
    clock.after(10, () => fired.push(`early@${clock.now()}`));
    const interval = clock.every(20, () => fired.push(`tick@${clock.now()}`));
    clock.advance(40);
    expect(fired).toEqual(['early@10', 'tick@20', 'late@30', 'tick@40']);
    expect(clock.pending).toBe(1);
    interval.cancel();
    expect(clock.pending).toBe(0);
  });
});

describe('the steady clock', () => {
  it('is the system clock while nobody sets it', () => {
    let [wall, elapsed] = [1_000_000, 5.5];
    const clock = createSteadyClock({ wall: () => wall, elapsed: () => elapsed });
    expect(clock.now()).toBe(1_000_000);
    [wall, elapsed] = [1_000_250, 255.5];
    expect(clock.now()).toBe(1_000_250);
  });

  it('goes on at its pace when the system clock is set back, and follows when it is set forward', () => {
    let [wall, elapsed] = [1_000_000, 0];
    const clock = createSteadyClock({ wall: () => wall, elapsed: () => elapsed });
    clock.now();
    [wall, elapsed] = [400_000, 100];
    expect(clock.now()).toBe(1_000_100);
    [wall, elapsed] = [400_050, 150];
    expect(clock.now()).toBe(1_000_150);
    [wall, elapsed] = [2_000_000, 200];
    expect(clock.now()).toBe(2_000_000);
  });
});
