import { FakeClock, silentLog, type Log } from '@rotunda/base';
import type { StreamReport } from '@rotunda/protocol';
import { beforeEach, expect, it } from 'vitest';
import type { QualitySample } from '../store/quality-port.ts';
import { QUALITY_WINDOW_MS, QualityRecorder } from './quality-recorder.ts';

const stay = { sdkAppId: 1, roomId: '7', incarnation: 'i1', sessionId: 's1' };
const path = { quality: 1, downQuality: 1, upLoss: 0, downLoss: 0 } as const;

function stream(over: Partial<StreamReport> = {}): StreamReport {
  const rates = { kbps: 100, loss: 0, blocked: 0, fps: 15, inputFps: 15, volume: 10 };
  return { userId: 'bob', source: 'video', width: 640, height: 360, ...rates, ...over };
}

let clock: FakeClock;
let saved: QualitySample[][];
let save: (samples: readonly QualitySample[]) => Promise<void>;
let warnings: object[];
let recorder: QualityRecorder;

beforeEach(() => {
  clock = new FakeClock();
  clock.advance(QUALITY_WINDOW_MS - (clock.now() % QUALITY_WINDOW_MS));
  saved = [];
  warnings = [];
  save = async (samples) => void saved.push([...samples]);
  const log: Log = { ...silentLog, warn: (fields) => void warnings.push(fields) };
  recorder = new QualityRecorder({ store: { save: (samples) => save(samples) }, clock, log });
});

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

it('keeps the reports of ten seconds as one', async () => {
  const at = clock.now();
  recorder.take(stay, { ...path, rtt: 20, streams: [stream({ blocked: 100 })] });
  clock.advance(2_000);
  recorder.take(stay, {
    ...path,
    rtt: 40,
    streams: [stream({ kbps: 300, width: 320, height: 180, blocked: 50 })],
  });
  clock.advance(2_000);
  recorder.take(stay, { ...path, rtt: 30 });
  clock.advance(6_000);
  await settle();
  const streams = [stream({ kbps: 200, blocked: 150, width: 320, height: 180 })];
  expect(saved).toEqual([[{ ...stay, at, span: 6_000, rtt: 30, streams }]]);
});

it('tells stays and streams apart', async () => {
  recorder.take(stay, {
    ...path,
    rtt: 1,
    streams: [stream(), stream({ source: 'audio' }), stream({ userId: '' })],
  });
  recorder.take({ ...stay, sessionId: 's2' }, { ...path, rtt: 1 });
  clock.advance(QUALITY_WINDOW_MS);
  await settle();
  expect(saved[0]?.map(({ sessionId, streams }) => [sessionId, streams.length])).toEqual([
    ['s1', 3],
    ['s2', 0],
  ]);
});

it('keeps no more of a client that says too much than of any other', async () => {
  const strangers = (from: number): StreamReport[] =>
    Array.from({ length: 32 }, (_, index) => stream({ userId: `u${from + index}`, blocked: 60_000 }));
  recorder.take(stay, { ...path, rtt: 1, streams: strangers(0) });
  recorder.take(stay, { ...path, rtt: 1, streams: strangers(32) });
  clock.advance(QUALITY_WINDOW_MS);
  await settle();
  const [sample] = saved.flat();
  expect(sample?.streams).toHaveLength(32);
  expect(sample?.streams.map(({ blocked }) => blocked)).toEqual(
    Array.from({ length: 32 }, () => sample?.span),
  );
});

it('writes what it has when it is closed, and leaves no timer', async () => {
  recorder.take(stay, { ...path, rtt: 20 });
  await recorder.close();
  expect(saved.flat()).toHaveLength(1);
  expect(clock.pending).toBe(0);
});

it('tries again what could not be written', async () => {
  save = async () => Promise.reject(new Error('down'));
  recorder.take(stay, { ...path, rtt: 20 });
  clock.advance(QUALITY_WINDOW_MS);
  await settle();
  expect(warnings).toHaveLength(1);
  save = async (samples) => void saved.push([...samples]);
  recorder.take(stay, { ...path, rtt: 30 });
  clock.advance(QUALITY_WINDOW_MS);
  await settle();
  expect(saved.flat().map(({ rtt }) => rtt)).toEqual([20, 30]);
});

it('does not grow without end while the store hangs', async () => {
  let release = (): void => undefined;
  save = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  for (let round = 0; round < 30; round += 1) {
    for (let index = 0; index < 1_000; index += 1)
      recorder.take({ ...stay, sessionId: `s${index}` }, { ...path, rtt: round });
    clock.advance(QUALITY_WINDOW_MS);
    await settle();
  }
  save = async (samples) => void saved.push([...samples]);
  release();
  await settle();
  await recorder.close();
  const rows = saved.flat();
  expect(rows).toHaveLength(20_000);
  expect(rows.at(-1)?.rtt).toBe(29);
  expect(warnings.length).toBeGreaterThan(0);
});
