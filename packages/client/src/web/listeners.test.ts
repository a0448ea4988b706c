import { describe, expect, it } from 'vitest';
import { Listeners } from './listeners.ts';

describe('Listeners', () => {
  it('calls each handler with its payload and its context', () => {
    const listeners = new Listeners();
    const context = { heard: [] as unknown[] };
    function handler(this: typeof context, payload: unknown): void {
      this.heard.push(payload);
    }
    listeners.add('error', handler, context);
    listeners.emit('error', 1);
    expect(context.heard).toEqual([1]);
  });

  it('removes one handler, all of an event, or all', () => {
    const listeners = new Listeners();
    const heard: string[] = [];
    const a = (): void => void heard.push('a');
    const b = (): void => void heard.push('b');
    const fill = (): void =>
      ['x', 'y'].forEach((event) => [a, b].forEach((h) => listeners.add(event, h, null)));
    const emit = (): string => {
      heard.length = 0;
      listeners.emit('x', null);
      listeners.emit('y', null);
      return heard.join('');
    };
    fill();
    listeners.remove('x', a);
    expect(emit()).toBe('bab');
    listeners.remove('y');
    expect(emit()).toBe('b');
    fill();
    listeners.remove('*');
    expect(emit()).toBe('');
  });
});
