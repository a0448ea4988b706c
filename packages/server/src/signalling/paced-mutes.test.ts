import { FakeClock } from '@rotunda/base';
import type { Source } from '@rotunda/protocol';
import { beforeEach, expect, it } from 'vitest';
import { PacedMutes } from './paced-mutes.ts';

let clock: FakeClock;
let done: string[];
let mutes: PacedMutes;
beforeEach(() => {
  clock = new FakeClock();
  done = [];
  const apply = async (source: Source, muted: boolean): Promise<void> =>
    void done.push(`${source} ${muted ? 'muted' : 'heard'}`);
  mutes = new PacedMutes({ clock, apply });
});

function toggle(times: number, source: Source = 'audio'): Promise<void>[] {
  return Array.from({ length: times }, (_, n) => mutes.set(source, n % 2 === 0));
}

it('carries out at once what a person does', async () => {
  await Promise.all(toggle(20));
  expect(done).toHaveLength(20);
  expect(clock.pending).toBe(0);
});

it('carries out the newest of a flood, at its pace, and answers all of it', async () => {
  const answers = toggle(301);
  answers.push(...toggle(4, 'video'));
  expect(done).toHaveLength(20);
  clock.advance(500);
  clock.advance(500);
  await Promise.all(answers);
  expect(done.slice(20)).toEqual(['audio muted', 'video heard']);
  expect(clock.pending).toBe(0);
  for (let second = 0; second < 10; second++) {
    void toggle(200);
    clock.advance(500);
    clock.advance(500);
  }
  expect(done.length).toBeLessThanOrEqual(22 + 20);
  clock.advance(500);
  expect(done.at(-1)).toBe('audio heard');
});

it('keeps what waits before what else becomes of its source', async () => {
  void toggle(20);
  const late = mutes.set('audio', true);
  mutes.flush('audio');
  await late;
  expect(done.slice(20)).toEqual(['audio muted']);
  mutes.flush('video');
  clock.advance(1_000);
  expect(done).toHaveLength(21);
});

it('ends with the stay', async () => {
  void toggle(20);
  const late = mutes.set('audio', true);
  mutes.close();
  await expect(late).rejects.toThrow('the stay has ended');
  await expect(mutes.set('audio', false)).rejects.toThrow('the stay has ended');
  expect(clock.pending).toBe(0);
});
