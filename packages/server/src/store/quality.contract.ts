import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenDatabase } from './database.ts';
import type { Place } from './databases.contract.ts';
import type {
  PictureTime,
  QualitySample,
  QualityStore,
  SampleOfUser,
  StreamQuality,
} from './quality-port.ts';
import { FORGOTTEN_QUALITY, SqlQuality } from './quality.ts';

const APP = 1_400_000_001;
const START = 1_700_000_040_000;
const MINUTE = 60_000;

function stream(over: Partial<StreamQuality> = {}): StreamQuality {
  const rates = { kbps: 500, loss: 1, blocked: 0, fps: 15, inputFps: 15, volume: 0 };
  return { userId: 'bob', source: 'video', width: 640, height: 360, ...rates, ...over };
}

function sample(over: Partial<QualitySample> = {}): QualitySample {
  const stay = { sdkAppId: APP, roomId: '7', incarnation: 'i1', sessionId: 's1' };
  return { ...stay, at: START, span: 10_000, rtt: 20, streams: [stream()], ...over };
}

async function saveStays({ db }: OpenDatabase, sessions: readonly string[]): Promise<void> {
  const what = {
    incarnation: 'i1',
    node_id: 'n',
    role: 'anchor',
    enter_reason: '1',
    entered_at: START,
  } as const;
  const unknown = {
    client_ip: null,
    device_type: null,
    sdk_version: null,
    terminal_type: null,
    user_type: null,
  };
  const rows = sessions.map((session_id) => ({
    ...what,
    ...unknown,
    session_id,
    user_id: `user of ${session_id}`,
    left_at: null,
    reason: null,
  }));
  await db.insertInto('stays').values(rows).execute();
}

export function qualityContract(place: Place): void {
  describe('quality', () => {
    let database: OpenDatabase;
    let store: QualityStore;

    beforeEach(async () => {
      await place.clear();
      database = await place.open();
      store = new SqlQuality(database);
    });

    afterEach(() => database.close());

    async function find(query: Parameters<QualityStore['find']>[0]): Promise<QualitySample[]> {
      const samples: QualitySample[] = [];
      for await (const each of store.find(query)) samples.push(each);
      return samples;
    }

    it('gives back what it was given, of the stays and the time that are asked for, stay by stay, oldest first', async () => {
      const later = sample({ at: START + 10_000, rtt: 30 });
      const other = sample({ incarnation: 'i2', at: START + 5_000 });
      await store.save([later, other, sample(), sample({ sessionId: 's2' })]);
      const stays = [
        { incarnation: 'i1', sessionId: 's1' },
        { incarnation: 'i2', sessionId: 's1' },
      ];
      expect(await find({ stays, from: START, to: START + MINUTE })).toEqual([sample(), later, other]);
      expect(await find({ stays, from: START + 1, to: START + 10_000 })).toEqual([other]);
    });

    it('gives back all samples of a long stay, and others a turn of the event loop meanwhile', async () => {
      const samples = Array.from({ length: 360 }, (_, index) => sample({ at: START + index * 10_000 }));
      await store.save(samples);
      let turns = 0;
      let turn = setImmediate(function next() {
        turns += 1;
        turn = setImmediate(next);
      });
      const stays = [{ incarnation: 'i1', sessionId: 's1' }];
      const seen: number[] = [];
      for await (const { at } of store.find({ stays, from: START, to: START + 3_600_000 })) {
        const last = seen.at(-1);
        seen.push(at);
        if (last !== undefined && (seen.length - 1) % 100 === 0) {
          expect(turns).toBeGreaterThan(0);
          turns = 0;
        }
      }
      clearImmediate(turn);
      expect(seen).toEqual(samples.map(({ at }) => at));
    });

    it('takes a sample again, and nothing', async () => {
      await store.save([sample(), sample({ rtt: 21 })]);
      await store.save([sample({ rtt: 22 })]);
      await store.save([]);
      const stays = [{ incarnation: 'i1', sessionId: 's1' }];
      expect(await find({ stays, from: 0, to: START + 1 })).toEqual([sample({ rtt: 22 })]);
    });

    it('knows by minute how much of what was received stood still, of an application or a room', async () => {
      const sound = stream({ source: 'audio', width: 0, height: 0 });
      const own = stream({ userId: '', blocked: 9_999 });
      await store.save([
        sample({ streams: [stream({ blocked: 1_000 }), sound, own] }),
        sample({ roomId: '8', incarnation: 'i2', at: START + 10_000, streams: [stream({ blocked: 4_000 })] }),
        sample({ at: START + MINUTE, streams: [own] }),
        sample({ sdkAppId: APP + 1, sessionId: 's9', streams: [stream({ blocked: 10_000 })] }),
      ]);
      const span = { sdkAppId: APP, from: START, to: START + 2 * MINUTE };
      const minute = START - (START % MINUTE);
      expect(await store.blockedShares({ ...span, roomId: null })).toEqual([
        { at: minute, sound: 0, picture: 0.25 },
        { at: minute + MINUTE, sound: 0, picture: 0 },
      ]);
      expect(await store.blockedShares({ ...span, roomId: '8' })).toEqual([
        { at: minute, sound: 0, picture: 0.4 },
      ]);
    });

    it('knows for how long pictures of which size were received, by time and by room', async () => {
      const small = stream({ userId: 'cid', source: 'sub', width: 160, height: 90 });
      const sound = stream({ source: 'audio', width: 0, height: 0 });
      await store.save([
        sample({ streams: [stream(), small, sound, stream({ userId: '' })] }),
        sample({ at: START + 10_000, streams: [stream()] }),
        sample({ sessionId: 's2', streams: [sound] }),
        sample({ sessionId: 's3', roomId: '8', at: START + MINUTE, streams: [small] }),
        sample({ at: START + 25 * MINUTE, streams: [small] }),
        sample({ at: START + 26 * MINUTE, streams: [small] }),
        sample({ sdkAppId: APP + 1, sessionId: 's9' }),
      ]);
      const query = { sdkAppIds: [APP], from: START, to: START + 2 * MINUTE, bounds: [20_000, 640 * 360] };
      const minute = START - (START % MINUTE);
      const byLevel = (a: { level: number }, b: { level: number }): number => a.level - b.level;
      const byTime = await store.pictureTimeByBucket({ ...query, bucketMs: MINUTE });
      expect(byTime.toSorted(byLevel)).toEqual([
        { key: minute + MINUTE, level: 0, span: 10_000 },
        { key: minute, level: 1, span: 10_000 },
        { key: minute, level: 2, span: 10_000 },
      ]);
      const parts: PictureTime<string>[][] = [];
      for await (const part of store.pictureTimeByRoom({ ...query, to: START + 26 * MINUTE }))
        parts.push(part.toSorted(byLevel));
      expect(parts).toEqual([
        [
          { key: '8', level: 0, span: 10_000 },
          { key: '7', level: 1, span: 10_000 },
          { key: '7', level: 2, span: 10_000 },
        ],
        [],
        [{ key: '7', level: 0, span: 10_000 }],
      ]);
    });

    it('finds all samples in which something stood still, and whose they are, oldest first', async () => {
      const sessions = Array.from({ length: 150 }, (_, index) => `s${1_000 + index}`);
      const still = stream({ blocked: 1_000 });
      await saveStays(database, sessions);
      await store.save([
        ...sessions.map((sessionId, index) => {
          const sound = stream({ source: 'audio', blocked: 600 });
          const streams =
            index % 2 === 0 ? [still] : [sound, stream({ blocked: 400 }), stream({ userId: '' })];
          return sample({ sessionId, at: START + (index % 3), streams });
        }),
        sample({ sessionId: 's1000', at: START + 10_000, streams: [stream({ blocked: 999 })] }),
        sample({ sessionId: 's1000', at: START + 20_000, streams: [stream({ userId: '', blocked: 9_999 })] }),
        sample({ sessionId: 's1000', at: START + MINUTE, streams: [still] }),
        sample({ sessionId: 's1001', at: START + 30_000, roomId: '8', streams: [still] }),
        sample({ sessionId: 's1001', at: START + 40_000, sdkAppId: APP + 1, streams: [still] }),
        sample({ sessionId: 'nobody', streams: [still] }),
      ]);
      const found = async (roomId: string | null): Promise<SampleOfUser[]> => {
        const samples: SampleOfUser[] = [];
        const query = { sdkAppId: APP, roomId, from: START, to: START + MINUTE, share: 0.1 };
        for await (const each of store.stoodStill(query)) samples.push(each);
        return samples;
      };
      const all = await found('7');
      const expected = sessions
        .map((sessionId, index) => ({ sessionId, at: START + (index % 3) }))
        .toSorted((a, b) => a.at - b.at);
      expect(all.map(({ sessionId, at }) => ({ sessionId, at }))).toEqual(expected);
      expect(all[0]).toEqual({
        ...sample({ sessionId: 's1000', streams: [still] }),
        userId: 'user of s1000',
      });
      expect((await found(null)).map(({ roomId }) => roomId).filter((id) => id !== '7')).toEqual(['8']);
    });

    it('forgets what is old, a few at a time', async () => {
      await store.save([0, 1, 2, 3].map((index) => sample({ at: START + index })));
      const batch = { until: START + 2, limit: 2 };
      expect(await FORGOTTEN_QUALITY.deleteSome(database.db, batch)).toBe(2);
      expect(await FORGOTTEN_QUALITY.deleteSome(database.db, batch)).toBe(1);
      const stays = [{ incarnation: 'i1', sessionId: 's1' }];
      expect(await find({ stays, from: 0, to: START + MINUTE })).toEqual([sample({ at: START + 3 })]);
    });
  });
}
