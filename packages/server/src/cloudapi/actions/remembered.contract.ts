import type { OpenDatabase } from '../../store/database.ts';
import type { HistoryBatch, StayRecord } from '../../store/history-port.ts';
import { SqlHistory } from '../../store/history.ts';
import type { QualitySample, StreamQuality } from '../../store/quality-port.ts';
import { SqlQuality } from '../../store/quality.ts';
import { SdkAppId } from '../served.contract.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** A day begins. */
export const MIDNIGHT = Date.parse('2026-03-10T00:00:00Z');
export const NOON = MIDNIGHT + 12 * HOUR;

function stay(sessionId: string, userId: string, enteredAt: number, incarnation = 'one'): StayRecord {
  const client = {
    address: '10.0.0.7',
    device: 'a browser',
    sdkVersion: '0.1.0',
    terminal: 100,
    userType: 1,
  };
  return { incarnation, sessionId, userId, role: 'anchor', enterReason: '1', enteredAt, ...client };
}

function stream(over: Partial<StreamQuality> = {}): StreamQuality {
  const rates = { kbps: 500, loss: 1, blocked: 0, fps: 15, inputFps: 16, volume: 0 };
  return { userId: '', source: 'video', width: 640, height: 360, ...rates, ...over };
}

function sample(sessionId: string, at: number, streams: readonly StreamQuality[]): QualitySample {
  return {
    sdkAppId: SdkAppId,
    roomId: '100',
    incarnation: 'one',
    sessionId,
    at,
    span: 10_000,
    rtt: 30,
    streams,
  };
}

export const seconds = (ms: number): number => Math.floor(ms / 1_000);

/** Ann from noon on for an hour, ben in the middle of it; and what they heard and saw. A second room still goes on. */
export async function remember(database: OpenDatabase): Promise<void> {
  const number = { sdkAppId: SdkAppId, kind: 'number', id: '100' } as const;
  const string = { sdkAppId: SdkAppId, kind: 'string', id: 'stand_up, daily' } as const;
  const told = (id: string, at: number, kind: string, detail: string) => {
    return { id, incarnation: 'one', sessionId: 'a1', userId: 'ann', at, kind, detail };
  };
  const batch: HistoryBatch = {
    rooms: [
      { incarnation: 'one', key: number, scene: 0, createdBy: 'ann', createdAt: NOON },
      { incarnation: 'two', key: string, scene: 1, createdBy: 'cid', createdAt: NOON + HOUR },
    ],
    stays: [
      stay('a1', 'ann', NOON),
      stay('b1', 'ben', NOON + 10 * MINUTE),
      stay('b2', 'ben', NOON + 30 * MINUTE),
      stay('c1', 'cid', NOON + HOUR, 'two'),
      stay('g1@7', 'guest', NOON + HOUR, 'two'),
    ],
    roles: [],
    stayEnds: [
      { incarnation: 'one', sessionId: 'b1', at: NOON + 20 * MINUTE, reason: 'exited' },
      { incarnation: 'one', sessionId: 'b2', at: NOON + 40 * MINUTE, reason: 'exited' },
      { incarnation: 'one', sessionId: 'a1', at: NOON + HOUR, reason: 'exited' },
    ],
    roomEnds: [{ incarnation: 'one', at: NOON + HOUR }],
    versions: new Map(),
    events: [
      told('1', NOON, 'entered', '1'),
      told('2', NOON + 1_000, 'sending', 'audio'),
      told('3', NOON + 2_000, 'sending', 'video'),
      told('4', NOON + 3_000, 'silent', 'audio'),
      told('5', NOON + 4_000, 'sending', 'audio'),
      told('6', NOON + 5_000, 'sending', 'sub'),
      told('7', NOON + 6_000, 'stopped', 'audio'),
      told('8', NOON + 7_000, 'sending', 'audio'),
      told('9', NOON + 8_000, 'silent', 'video'),
      told('10', NOON + 9_000, 'stopped', 'video'),
      told('11', NOON + 10_000, 'stopped', 'sub'),
      told('12', NOON + 11_000, 'left', 'continued'),
      told('13', NOON + 11_000, 'entered', 'continued'),
      told('14', NOON + 12_000, 'sending', 'audio'),
      told('15', NOON + 13_000, 'left', 'timedOut'),
      told('16', NOON + 14_000, 'entered', '3'),
      told('17', NOON + 15_000, 'network', 'wifi'),
      told('18', NOON + 16_000, 'network', 'wired'),
      told('19', NOON + 17_000, 'page', 'hidden'),
      told('20', NOON + 18_000, 'page', 'shown'),
      told('21', NOON + 19_000, 'denied', 'audio'),
      told('22', NOON + 20_000, 'denied', 'video'),
      told('23', NOON + HOUR, 'left', 'exited'),
    ],
    callbacks: [],
  };
  await new SqlHistory(database.db).record('node', batch);
  const sound = { source: 'audio', width: 0, height: 0, fps: 0, inputFps: 0, kbps: 32, volume: 40 } as const;
  await new SqlQuality(database).save([
    sample('a1', NOON + 10 * MINUTE, [stream(), stream(sound), stream({ userId: 'ben', blocked: 2_500 })]),
    sample('a1', NOON + 10 * MINUTE + 10_000, [
      stream(),
      stream({ ...sound, userId: 'ben', loss: 20, blocked: 1_000 }),
    ]),
    sample('b1', NOON + 10 * MINUTE, [stream({ userId: 'ann', width: 1280, height: 720 })]),
  ]);
}
