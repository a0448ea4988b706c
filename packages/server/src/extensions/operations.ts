import type { Clock } from '@rotunda/base';
import {
  NOT_BLOCKED,
  roomKey,
  roomKeyText,
  type RoomKey,
  type RoomName,
  type Timers,
} from '@rotunda/protocol';
import { CloudApiError } from '@rotunda/protocol/cloudapi';
import type { ExtensionName, ExtensionParams, ExtensionResult } from '@rotunda/protocol/extensions';
import type { Told } from '../cloudapi/port.ts';
import { roomNotExist } from '../cloudapi/refusals.ts';
import type { EvictOutcome } from '../roomlog/membership-port.ts';
import type { PresenceIndex, RoomLog } from '../roomlog/port.ts';
import type { OpenRoom } from '../rooms/model.ts';
import type { EntryBlock, EntryBlockPlace } from '../store/entry-blocks-port.ts';
import type { DeadLetter } from '../store/outbox-port.ts';

/** What the operations work on. */
export interface ExtensionContext {
  readonly roomLog: Pick<RoomLog, 'openRooms' | 'read'>;
  readonly presence: Pick<PresenceIndex, 'count' | 'list'>;
  readonly membership: {
    removeUsers(
      key: RoomKey,
      userIds: readonly string[],
      reason: 'removed',
      message?: string,
    ): Promise<EvictOutcome>;
  };
  readonly told: Told;
  readonly entryBlocks: {
    block(block: EntryBlock): Promise<void>;
    unblock(place: EntryBlockPlace): Promise<boolean>;
    list(sdkAppId: number): readonly EntryBlock[];
  };
  readonly callbacks: {
    deadLetters(query: { sdkAppId: number; after: number; limit: number }): Promise<readonly DeadLetter[]>;
    replay(query: { sdkAppId: number; ids?: readonly string[] }): Promise<number | null>;
    test(sdkAppId: number): Promise<CallbackTest | null>;
  };
  readonly timers: Pick<Timers, 'toldBudget'>;
  readonly clock: Clock;
}

type CallbackTest = { readonly url: string; readonly took: number; readonly body: string } & (
  { readonly ok: true; readonly status: number } | { readonly ok: false; readonly error: string }
);

type Operations = {
  readonly [N in ExtensionName]: (
    params: ExtensionParams<N>,
    context: ExtensionContext,
  ) => Promise<ExtensionResult<N>>;
};

/** Of a time in milliseconds that JavaScript can count. */
const MAX_TIME_DIGITS = 16;

/** What each operation does. Its parameters have been checked. @throws CloudApiError */
export const OPERATIONS: Operations = {
  listRooms,
  listMembers,
  removeUsers,
  blockEntry,
  unblockEntry: async ({ sdkAppId, room, userId }, { entryBlocks }) => ({
    wasBlocked: await entryBlocks.unblock({ sdkAppId, userId, room: placeOf(sdkAppId, room) }),
  }),
  listEntryBlocks,
  listDeadLetters: async ({ sdkAppId, after, limit }, { callbacks }) => ({
    letters: (await callbacks.deadLetters({ sdkAppId, after, limit })).map(
      ({ id, position, at, deadAt, attempts, error, event }) => ({
        id,
        position,
        at,
        deadAt,
        attempts,
        error,
        event: JSON.parse(event) as Record<string, unknown>,
      }),
    ),
  }),
  replayDeadLetters: async ({ sdkAppId, ids }, { callbacks }) => {
    const replayed = await callbacks.replay({ sdkAppId, ...(ids && { ids }) });
    if (replayed === null) throw noReceiver(sdkAppId);
    return { replayed };
  },
  testCallback,
};

async function listRooms(
  { sdkAppId, after, limit }: ExtensionParams<'listRooms'>,
  context: ExtensionContext,
): Promise<ExtensionResult<'listRooms'>> {
  const keys = (await context.roomLog.openRooms()).filter((key) => key.sdkAppId === sdkAppId);
  const { page, next } = pageOf(keys, roomKeyText, { after, limit });
  const rooms = [];
  for (const key of page) {
    const room = await context.roomLog.read(key);
    if (room.status !== 'open') continue;
    const { scene, createdBy, createdAt, members, incarnation } = room;
    const audience = await context.presence.count(key, incarnation);
    rooms.push({ room: nameOf(key), scene, createdBy, createdAt, members: members.size, audience });
  }
  return { rooms, next };
}

async function listMembers(
  { sdkAppId, room: name, after, limit }: ExtensionParams<'listMembers'>,
  { roomLog, presence }: ExtensionContext,
): Promise<ExtensionResult<'listMembers'>> {
  const key = roomKey(sdkAppId, name);
  const room = await roomLog.read(key);
  if (room.status !== 'open') throw roomNotExist();
  const audience = await presence.list(key, room.incarnation);
  const members = [...membersOf(room), ...audienceOf(room, audience)];
  const { page, next } = pageOf(members, ({ userId }) => userId, { after, limit });
  return { members: page, next };
}

type MemberEntry = ExtensionResult<'listMembers'>['members'][number];

function membersOf({ members, blocks }: OpenRoom): MemberEntry[] {
  return [...members.values()].map(({ userId, sessionId, enteredAt, link, streams }) => ({
    userId,
    role: 'anchor',
    enteredAt,
    connected: link.state === 'up',
    blocked: blocks.get(sessionId) ?? NOT_BLOCKED,
    streams: [...streams.values()].map(({ source, muted, blocked }) => ({ source, muted, blocked })),
  }));
}

/** Who is becoming an anchor is in both. */
function audienceOf(
  { members, blocks }: OpenRoom,
  entries: Awaited<ReturnType<PresenceIndex['list']>>,
): MemberEntry[] {
  return entries
    .filter(({ userId }) => !members.has(userId))
    .map(({ userId, sessionId, enteredAt, link }) => ({
      userId,
      role: 'audience',
      enteredAt,
      connected: link.state === 'up',
      blocked: blocks.get(sessionId) ?? NOT_BLOCKED,
      streams: [],
    }));
}

async function removeUsers(
  { sdkAppId, room, userIds, message, blockSeconds }: ExtensionParams<'removeUsers'>,
  { membership, told, entryBlocks, timers, clock }: ExtensionContext,
): Promise<ExtensionResult<'removeUsers'>> {
  const key = roomKey(sdkAppId, room);
  const users = [...new Set(userIds)];
  const until = clock.now() + blockSeconds * 1_000;
  // Before the removal: nobody slips back in between.
  if (blockSeconds > 0)
    for (const userId of users) await entryBlocks.block({ sdkAppId, room: key, userId, until, message });
  const outcome = await membership.removeUsers(key, users, 'removed', message || undefined);
  if (!outcome.ok) {
    // They are kept out of it all the same, which is what was asked for.
    if (blockSeconds > 0) return { ended: 0 };
    throw roomNotExist();
  }
  await told.waitUntilTold(outcome.sessionIds, timers.toldBudget);
  return { ended: outcome.sessionIds.length };
}

async function blockEntry(
  { sdkAppId, room, userId, seconds, message }: ExtensionParams<'blockEntry'>,
  { entryBlocks, clock }: ExtensionContext,
): Promise<ExtensionResult<'blockEntry'>> {
  const until = clock.now() + seconds * 1_000;
  await entryBlocks.block({ sdkAppId, room: placeOf(sdkAppId, room), userId, until, message });
  return { until };
}

async function listEntryBlocks(
  { sdkAppId, after, limit }: ExtensionParams<'listEntryBlocks'>,
  { entryBlocks }: ExtensionContext,
): Promise<ExtensionResult<'listEntryBlocks'>> {
  const { page, next } = pageOf(entryBlocks.list(sdkAppId), byEnd, { after, limit });
  const blocks = page.map(({ userId, room, until, message }) => ({
    userId,
    room: room && nameOf(room),
    until,
    message,
  }));
  return { blocks, next };
}

/** A name in the order of the ends; no two blocks have the same. */
function byEnd({ until, userId, room }: EntryBlock): string {
  return JSON.stringify([
    String(until).padStart(MAX_TIME_DIGITS, '0'),
    userId,
    room?.kind ?? null,
    room?.id ?? null,
  ]);
}

async function testCallback(
  { sdkAppId }: ExtensionParams<'testCallback'>,
  { callbacks }: ExtensionContext,
): Promise<ExtensionResult<'testCallback'>> {
  const outcome = await callbacks.test(sdkAppId);
  if (!outcome) throw noReceiver(sdkAppId);
  const { url, took, body } = outcome;
  const answer = outcome.ok
    ? { status: outcome.status, error: null }
    : { status: null, error: outcome.error };
  return { delivered: outcome.ok && outcome.status === 200, url, took, body, ...answer };
}

function noReceiver(sdkAppId: number): CloudApiError {
  return new CloudApiError(
    'InvalidParameterValue',
    `The application ${sdkAppId} has no receiver: set callbacks.url in its entry of apps.`,
  );
}

/** In the order of their names, which come after that of the last one of the page before. */
function pageOf<T>(
  all: readonly T[],
  name: (one: T) => string,
  { after, limit }: { after: string | undefined; limit: number },
): { page: T[]; next: string | null } {
  const rest = all
    .filter((one) => after === undefined || name(one) > after)
    .toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  return { page, next: last && rest.length > limit ? name(last) : null };
}

function nameOf({ kind, id }: Pick<RoomKey, 'kind' | 'id'>): RoomName {
  return kind === 'number' ? { roomId: Number(id) } : { strRoomId: id };
}

function placeOf(sdkAppId: number, room: RoomName | null): Pick<RoomKey, 'kind' | 'id'> | null {
  return room && roomKey(sdkAppId, room);
}
