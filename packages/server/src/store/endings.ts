import type { Clock } from '@rotunda/base';
import { LEAVE_REASON_NAMES } from '@rotunda/protocol';
import { inChunks, inOrder, type Database } from './database.ts';
import {
  ENDINGS_KEPT_MS,
  type Ending,
  type EndingStore,
  type HowEnded,
  type ReturnBar,
} from './endings-port.ts';
import { deleteOldest, type Forgetting } from './retention.ts';

/** No user has this id. */
const EVERYBODY = '';

/** Endings and bars are old news after {@link ENDINGS_KEPT_MS}, whatever else is kept longer. */
export const FORGOTTEN_ENDINGS: readonly Forgetting[] = [
  {
    what: 'endings of stays',
    keptMs: ENDINGS_KEPT_MS,
    deleteSome: deleteOldest({ table: 'endings', key: ['session_id'], endedAt: 'at' }),
  },
  {
    what: 'bars of returns',
    keptMs: ENDINGS_KEPT_MS,
    deleteSome: deleteOldest({ table: 'return_bars', key: ['room', 'user_id'], endedAt: 'at' }),
  },
];

export class SqlEndings implements EndingStore {
  readonly #db: Database;
  readonly #clock: Clock;

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  async saveEndings(endings: readonly Ending[], bars: readonly ReturnBar[] = []): Promise<void> {
    if (endings.length === 0 && bars.length === 0) return;
    await this.#db.transaction().execute(async (transaction) => {
      await insertEndings(transaction, endings, this.#clock.now() - ENDINGS_KEPT_MS);
      await insertBars(transaction, bars);
    });
  }

  async findEnding(sessionId: string): Promise<HowEnded | null> {
    const row = await this.#db
      .selectFrom('endings')
      .select(['reason', 'message', 'room_id'])
      .where('session_id', '=', sessionId)
      .where('at', '>', this.#clock.now() - ENDINGS_KEPT_MS)
      .executeTakeFirst();
    return howEnded(row);
  }

  async findReturnBar(stay: { room: string; userId: string; since: number }): Promise<HowEnded | null> {
    const row = await this.#db
      .selectFrom('return_bars')
      .select(['reason', 'message'])
      .where('room', '=', stay.room)
      .where('user_id', 'in', [stay.userId, EVERYBODY])
      .where('at', '>', Math.max(stay.since, this.#clock.now() - ENDINGS_KEPT_MS))
      .orderBy('at', 'desc')
      .executeTakeFirst();
    return howEnded(row);
  }
}

/** `forgotten`: an ending of that time or before counts no more. */
async function insertEndings(db: Database, endings: readonly Ending[], forgotten: number): Promise<void> {
  const first = new Map<string, Ending>();
  for (const ending of endings) {
    const earlier = first.get(ending.sessionId);
    if (!earlier || earlier.reason === 'switchedRoom') first.set(ending.sessionId, ending);
  }
  const rows = inOrder(first).map(({ sessionId, message, roomId, ...ending }) => ({
    ...ending,
    session_id: sessionId,
    message: message ?? null,
    room_id: roomId ?? null,
  }));
  for (const chunk of inChunks(rows)) {
    await db
      .insertInto('endings')
      .values(chunk)
      .onConflict((conflict) =>
        conflict
          .column('session_id')
          .doUpdateSet((row) => ({
            reason: row.ref('excluded.reason'),
            message: row.ref('excluded.message'),
            room_id: row.ref('excluded.room_id'),
            at: row.ref('excluded.at'),
          }))
          .where((eb) =>
            eb.or([eb('endings.reason', '=', 'switchedRoom'), eb('endings.at', '<=', forgotten)]),
          ),
      )
      .execute();
  }
}

async function insertBars(db: Database, bars: readonly ReturnBar[]): Promise<void> {
  const last = new Map(bars.map((bar) => [JSON.stringify([bar.room, bar.userId]), bar]));
  const rows = inOrder(last).map(({ userId, message, ...bar }) => ({
    ...bar,
    user_id: userId ?? EVERYBODY,
    message: message ?? null,
  }));
  for (const chunk of inChunks(rows)) {
    await db
      .insertInto('return_bars')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.columns(['room', 'user_id']).doUpdateSet((row) => ({
          reason: row.ref('excluded.reason'),
          message: row.ref('excluded.message'),
          at: row.ref('excluded.at'),
        })),
      )
      .execute();
  }
}

function howEnded(
  row: { reason: string; message: string | null; room_id?: string | null } | undefined,
): HowEnded | null {
  const reason = LEAVE_REASON_NAMES.find((name) => name === row?.reason);
  return reason ? { reason, message: row?.message ?? undefined, roomId: row?.room_id ?? undefined } : null;
}
