import { SqlHistory } from '../store/history.ts';
import type { HistoryBatch, StayRecord } from '../store/history-port.ts';
import { SqlQuality } from '../store/quality.ts';
import type { QualitySample } from '../store/quality-port.ts';
import { openSqlite } from '../store/sqlite.ts';

export interface ManyCalls {
  readonly sdkAppId: number;
  /** Begins the names of their rooms, so that a file may have several kinds of calls. */
  readonly name: string;
  readonly rooms: number;
  readonly staysPerRoom: number;
  /** How long each stays. */
  readonly stayMs: number;
  /** How many samples of ten seconds there are of each, from its entry on, and of how many streams; one of two without. */
  readonly measured?: { readonly samples: number; readonly streams: number };
  /** The calls are spread evenly over this time. Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

const ROOMS_AT_ONCE = 100;
const ENTRY_EVERY_MS = 100;
const SAMPLE_MS = 10_000;

/** Puts calls that are over into a SQLite file: rooms, stays, and samples of the quality of each stay. */
export async function writeManyCalls(file: string, calls: ManyCalls): Promise<void> {
  const database = await openSqlite(file);
  try {
    const [history, quality] = [new SqlHistory(database.db), new SqlQuality(database)];
    for (let first = 0; first < calls.rooms; first += ROOMS_AT_ONCE) {
      const count = Math.min(ROOMS_AT_ONCE, calls.rooms - first);
      const rooms = Array.from({ length: count }, (_, index) => roomOf(calls, first + index));
      const stays = rooms.flatMap((room) => staysOf(calls, room));
      await history.record('past', batchOf(calls, rooms, stays));
      await quality.save(stays.flatMap((stay) => samplesOf(calls, stay)));
    }
  } finally {
    await database.close();
  }
}

type Room = HistoryBatch['rooms'][number];

function roomOf({ sdkAppId, name, rooms, from, to }: ManyCalls, index: number): Room {
  const key = { sdkAppId, kind: 'string', id: `${name}-room${index}` } as const;
  const createdAt = from + Math.floor(((to - from) * index) / rooms);
  return { incarnation: `${name}-life${index}`, key, scene: 0, createdBy: 'user0', createdAt };
}

function staysOf({ staysPerRoom }: ManyCalls, { incarnation, createdAt }: Room): StayRecord[] {
  const client = { address: null, device: null, sdkVersion: null, terminal: null, userType: null };
  const common = { incarnation, role: 'anchor', enterReason: '1', ...client } as const;
  return Array.from({ length: staysPerRoom }, (_, index) => {
    const sessionId = `${incarnation}-${index}`;
    return { ...common, sessionId, userId: `user${index}`, enteredAt: createdAt + index * ENTRY_EVERY_MS };
  });
}

function batchOf(
  { staysPerRoom, stayMs }: ManyCalls,
  rooms: readonly Room[],
  stays: readonly StayRecord[],
): HistoryBatch {
  const roomMs = staysPerRoom * ENTRY_EVERY_MS + stayMs;
  return {
    rooms,
    stays,
    roles: [],
    stayEnds: stays.map(({ incarnation, sessionId, enteredAt }) => {
      return { incarnation, sessionId, at: enteredAt + stayMs, reason: 'exited' };
    }),
    roomEnds: rooms.map(({ incarnation, createdAt }) => ({ incarnation, at: createdAt + roomMs })),
    versions: new Map(),
    events: [],
    callbacks: [],
  };
}

/** Everybody has sound and pictures from others, that now and then stand still for a moment. */
function samplesOf(
  { sdkAppId, measured = { samples: 1, streams: 2 } }: ManyCalls,
  { incarnation, sessionId, enteredAt }: StayRecord,
): QualitySample[] {
  const roomId = incarnation.replace('-life', '-room');
  const start = enteredAt - (enteredAt % SAMPLE_MS);
  return Array.from({ length: measured.samples }, (_, index) => {
    const at = start + index * SAMPLE_MS;
    const streams = Array.from({ length: measured.streams }, (__, number) => streamOf(at, number));
    return { sdkAppId, roomId, incarnation, sessionId, at, span: SAMPLE_MS, rtt: 30, streams };
  });
}

function streamOf(at: number, number: number): QualitySample['streams'][number] {
  const userId = `user${Math.floor(number / 2)}`;
  const common = { userId, kbps: 400, loss: 1, blocked: at % 7 === 0 ? 40 : 0, volume: 50 };
  return number % 2 === 0
    ? { ...common, source: 'video', width: 640, height: 360, fps: 15, inputFps: 15 }
    : { ...common, source: 'audio', width: 0, height: 0, fps: 0, inputFps: 0 };
}
