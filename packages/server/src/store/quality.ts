import { setImmediate } from 'node:timers/promises';
import { sql, type RawBuilder } from 'kysely';
import { inChunks, type Database, type OpenDatabase } from './database.ts';
import type {
  BlockedShares,
  PictureTime,
  QualitySample,
  QualityStore,
  SampleOfUser,
  StreamQuality,
} from './quality-port.ts';
import { deleteOldest, type Forgetting } from './retention.ts';
import type { Tables } from './tables.ts';

const MINUTE_MS = 60_000;
const SAMPLES_AT_ONCE = 100;
/** As many rooms are told of at once as there are in this time. */
const ROOMS_OF_MS = 10 * MINUTE_MS;

export class SqlQuality implements QualityStore {
  readonly #db: Database;
  readonly #past: Database;

  constructor({ db, past }: Pick<OpenDatabase, 'db' | 'past'>) {
    this.#db = db;
    this.#past = past;
  }

  async save(samples: readonly QualitySample[]): Promise<void> {
    const last = new Map(samples.map((sample) => [nameOf(sample), sample]));
    const rows = [...last].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, sample]) => toRow(sample));
    await this.#db.transaction().execute(async (db) => {
      for (const chunk of inChunks(rows)) {
        await db
          .insertInto('quality_samples')
          .values(chunk)
          .onConflict((conflict) =>
            conflict.columns(['incarnation', 'session_id', 'at']).doUpdateSet((row) => ({
              span: row.ref('excluded.span'),
              rtt: row.ref('excluded.rtt'),
              pixels: row.ref('excluded.pixels'),
              sound_span: row.ref('excluded.sound_span'),
              sound_blocked: row.ref('excluded.sound_blocked'),
              picture_span: row.ref('excluded.picture_span'),
              picture_blocked: row.ref('excluded.picture_blocked'),
              streams: row.ref('excluded.streams'),
            })),
          )
          .execute();
      }
    });
  }

  async *find({ stays, from, to }: Parameters<QualityStore['find']>[0]): AsyncIterable<QualitySample> {
    for (const { incarnation, sessionId } of stays) {
      let next = from;
      for (;;) {
        const rows = await this.#past
          .selectFrom('quality_samples')
          .selectAll()
          .where('incarnation', '=', incarnation)
          .where('session_id', '=', sessionId)
          .where('at', '>=', next)
          .where('at', '<', to)
          .orderBy('at')
          .limit(SAMPLES_AT_ONCE)
          .execute();
        for (const row of rows) yield fromRow(row);
        const last = rows.at(-1);
        if (!last || rows.length < SAMPLES_AT_ONCE) break;
        next = last.at + 1;
        await setImmediate();
      }
    }
  }

  async *stoodStill(query: Parameters<QualityStore['stoodStill']>[0]): AsyncIterable<SampleOfUser> {
    const { sdkAppId, roomId, from, to, share } = query;
    let after = { at: from, incarnation: '', session_id: '' };
    for (;;) {
      const rows = await this.#past
        .selectFrom('quality_samples as samples')
        .innerJoin('stays', (join) =>
          join
            .onRef('stays.incarnation', '=', 'samples.incarnation')
            .onRef('stays.session_id', '=', 'samples.session_id'),
        )
        .selectAll('samples')
        .select('stays.user_id')
        .where('samples.sdk_app_id', '=', sdkAppId)
        .where('samples.at', '>=', from)
        .where('samples.at', '<', to)
        .where(sql<boolean>`sound_blocked + picture_blocked >= span * ${sql.lit(share)}`)
        .where(
          sql<boolean>`(samples.at, samples.incarnation, samples.session_id) > (${after.at}, ${after.incarnation}, ${after.session_id})`,
        )
        .$if(roomId !== null, (some) => some.where('samples.room_id', '=', roomId ?? ''))
        .orderBy('samples.at')
        .orderBy('samples.incarnation')
        .orderBy('samples.session_id')
        .limit(SAMPLES_AT_ONCE)
        .execute();
      for (const row of rows) yield { ...fromRow(row), userId: row.user_id };
      const last = rows.at(-1);
      if (!last || rows.length < SAMPLES_AT_ONCE) return;
      after = last;
      await setImmediate();
    }
  }

  async blockedShares({
    sdkAppId,
    roomId,
    from,
    to,
  }: Parameters<QualityStore['blockedShares']>[0]): Promise<readonly BlockedShares[]> {
    const minute = sql<number>`at - at % ${sql.lit(MINUTE_MS)}`;
    const rows = await this.#past
      .selectFrom('quality_samples')
      .select(({ fn }) => [
        minute.as('minute'),
        fn.sum<number>('sound_span').as('sound'),
        fn.sum<number>('sound_blocked').as('soundBlocked'),
        fn.sum<number>('picture_span').as('picture'),
        fn.sum<number>('picture_blocked').as('pictureBlocked'),
      ])
      .where('sdk_app_id', '=', sdkAppId)
      .where('at', '>=', from)
      .where('at', '<', to)
      .$if(roomId !== null, (query) => query.where('room_id', '=', roomId ?? ''))
      .groupBy(minute)
      .orderBy(minute)
      .execute();
    return rows.map((row) => ({
      at: row.minute,
      sound: share(row.soundBlocked, row.sound),
      picture: share(row.pictureBlocked, row.picture),
    }));
  }

  pictureTimeByBucket(
    query: Parameters<QualityStore['pictureTimeByBucket']>[0],
  ): Promise<readonly PictureTime<number>[]> {
    return this.#pictureTime(query, sql<number>`at - at % ${sql.lit(query.bucketMs)}`);
  }

  async *pictureTimeByRoom(
    query: Parameters<QualityStore['pictureTimeByRoom']>[0],
  ): AsyncIterable<readonly PictureTime<string>[]> {
    for (let from = query.from; from < query.to; from += ROOMS_OF_MS) {
      const to = Math.min(query.to, from + ROOMS_OF_MS);
      yield await this.#pictureTime({ ...query, from, to }, sql<string>`room_id`);
      await setImmediate();
    }
  }

  #pictureTime<Key>(
    { sdkAppIds, from, to, bounds }: Parameters<QualityStore['pictureTimeByRoom']>[0],
    key: RawBuilder<Key>,
  ): Promise<readonly PictureTime<Key>[]> {
    const exceeded = bounds.map((bound) => sql`case when pixels > ${sql.lit(bound)} then 1 else 0 end`);
    const level = sql<number>`${sql.join(exceeded, sql` + `)}`;
    return this.#past
      .selectFrom('quality_samples')
      .select(({ fn }) => [key.as('key'), level.as('level'), fn.sum<number>('span').as('span')])
      .where('sdk_app_id', 'in', sdkAppIds)
      .where('at', '>=', from)
      .where('at', '<', to)
      .where('pixels', '>', 0)
      .groupBy([key, level])
      .execute() as Promise<readonly PictureTime<Key>[]>;
  }
}

export const FORGOTTEN_QUALITY: Forgetting = {
  what: 'quality samples',
  deleteSome: deleteOldest({
    table: 'quality_samples',
    key: ['incarnation', 'session_id', 'at'],
    endedAt: 'at',
  }),
};

function nameOf({ incarnation, sessionId, at }: QualitySample): string {
  return JSON.stringify([incarnation, sessionId, at]);
}

function toRow(sample: QualitySample): Tables['quality_samples'] {
  const { incarnation, sessionId, at, sdkAppId, roomId, span, rtt, streams } = sample;
  const received = streams.filter(({ userId }) => userId !== '');
  const sound = received.filter(({ source }) => source === 'audio');
  const pictures = received.filter(({ source }) => source !== 'audio');
  const sum = (of: readonly StreamQuality[], value: (stream: StreamQuality) => number): number =>
    of.reduce((total, stream) => total + value(stream), 0);
  return {
    incarnation,
    session_id: sessionId,
    at,
    sdk_app_id: sdkAppId,
    room_id: roomId,
    span,
    rtt,
    pixels: sum(pictures, ({ width, height }) => width * height),
    sound_span: sound.length * span,
    sound_blocked: sum(sound, ({ blocked }) => blocked),
    picture_span: pictures.length * span,
    picture_blocked: sum(pictures, ({ blocked }) => blocked),
    streams: JSON.stringify(streams),
  };
}

function fromRow(row: Tables['quality_samples']): QualitySample {
  const { incarnation, at, span, rtt } = row;
  const stay = { sdkAppId: row.sdk_app_id, roomId: row.room_id, incarnation, sessionId: row.session_id };
  return { ...stay, at, span, rtt, streams: JSON.parse(row.streams) as StreamQuality[] };
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, part / whole) : 0;
}
