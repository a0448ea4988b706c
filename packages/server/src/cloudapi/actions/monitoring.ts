import type { Clock } from '@rotunda/base';
import {
  CloudApiError,
  describeCallDetailInfo,
  describeRoomInfo,
  describeScaleInfo,
  describeUnusualEvent,
  describeUserEvent,
  describeUserInfo,
  readCommId,
  writeCommId,
  type CallDataType,
  type ParametersOf,
} from '@rotunda/protocol/cloudapi';
import type { PastRoom, PastStay, PastStore, Period } from '../../store/past-port.ts';
import type { QualityStore } from '../../store/quality-port.ts';
import { defineAction, sdkAppId, type ResponseFields } from '../action.ts';
import { CallData, wantedTypes, type QualityData } from './call-data.ts';
import { readPage, readPeriod } from './period.ts';
import { BLOCKED_SHARE, unusualIn } from './unusual.ts';
import { toEventMessages } from './user-events.ts';

export interface MonitoringContext {
  readonly past: PastStore;
  readonly quality: QualityStore;
  readonly clock: Clock;
  /** How long ago anything is known of, in milliseconds. */
  readonly keptMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ROOMS_PER_PAGE = 10;
const USERS_PER_PAGE = 6;
/** The most users, and the largest page, of a request that wants their data. */
const MAX_USERS_WITH_DATA = 6;
const MAX_UNUSUAL = 20;

/** What was, for a backend's dashboards (docs/trtc.md 5.6). */
export const monitoringActions = {
  DescribeRoomInfo: defineAction({ parameters: describeRoomInfo, sdkAppId, handle: roomInfo }),
  DescribeUserInfo: defineAction({ parameters: describeUserInfo, sdkAppId, handle: userInfo }),
  DescribeCallDetailInfo: defineAction({
    parameters: describeCallDetailInfo,
    sdkAppId,
    handle: callDetailInfo,
  }),
  DescribeUserEvent: defineAction({ parameters: describeUserEvent, sdkAppId, handle: userEvent }),
  DescribeScaleInfo: defineAction({ parameters: describeScaleInfo, sdkAppId, handle: scaleInfo }),
  DescribeUnusualEvent: defineAction({ parameters: describeUnusualEvent, sdkAppId, handle: unusualEvent }),
};

async function roomInfo(
  given: ParametersOf<typeof describeRoomInfo>,
  { past, clock, keptMs }: MonitoringContext,
): Promise<ResponseFields> {
  const period = readPeriod(given, { now: clock.now(), agoMs: keptMs, longestMs: DAY_MS });
  const page = readPage(given, ROOMS_PER_PAGE);
  const { total, rooms } = await past.rooms({
    ...period,
    ...page,
    sdkAppId: given.SdkAppId,
    roomId: given.RoomId ?? null,
  });
  return {
    Total: total,
    RoomList: rooms.map((room) => ({
      CommId: writeCommId({ ...room, sdkAppId: given.SdkAppId, createdAt: toSeconds(room.createdAt) }),
      RoomString: room.roomId,
      CreateTime: toSeconds(room.createdAt),
      DestroyTime: toSeconds(room.endedAt ?? clock.now()),
      IsFinished: room.endedAt !== null,
      UserId: room.createdBy,
    })),
  };
}

async function userInfo(
  given: ParametersOf<typeof describeUserInfo>,
  context: MonitoringContext,
): Promise<ResponseFields> {
  const { total, stays, rooms } = await staysOfCall(given, context, 4 * HOUR_MS);
  return { Total: total, UserList: stays.map((stay) => describeStay(stay, rooms, context)) };
}

async function callDetailInfo(
  given: ParametersOf<typeof describeCallDetailInfo>,
  context: MonitoringContext,
): Promise<ResponseFields> {
  if (given.DataType) requireFew(given);
  const { total, stays, rooms, period } = await staysOfCall(given, context, HOUR_MS);
  const wanted = wantedTypes(given.DataType ?? []);
  return {
    Total: total,
    UserList: stays.map((stay) => describeStay(stay, rooms, context)),
    Data: wanted.size > 0 ? await dataOf(stays, { ...period, wanted }, context) : [],
  };
}

/** User by user, whose stays are in the order of time. */
async function dataOf(
  stays: readonly PastStay[],
  { from, to, wanted }: Period & { readonly wanted: ReadonlySet<CallDataType> },
  { quality }: MonitoringContext,
): Promise<readonly QualityData[]> {
  const lines: QualityData[] = [];
  for (const userId of new Set(stays.map((stay) => stay.userId))) {
    const data = new CallData(userId, wanted);
    const own = stays.filter((stay) => stay.userId === userId);
    for await (const sample of quality.find({ stays: own, from, to })) data.add(sample);
    lines.push(...data.lines());
  }
  return lines;
}

async function userEvent(
  given: ParametersOf<typeof describeUserEvent>,
  { past, clock, keptMs }: MonitoringContext,
): Promise<ResponseFields> {
  const period = readPeriod(given, { now: clock.now(), agoMs: keptMs });
  const rooms = await livesOf(given, past);
  if (readCommId(given.CommId)?.roomId !== given.RoomId)
    throw new CloudApiError('InvalidParameter', 'The parameter CommId is about another room than RoomId.');
  const incarnations = rooms.map(({ incarnation }) => incarnation);
  const events = await past.events({ ...period, incarnations, userId: given.UserId });
  return { Data: events.length > 0 ? [{ PeerId: '', Content: toEventMessages(events) }] : [] };
}

async function scaleInfo(
  given: ParametersOf<typeof describeScaleInfo>,
  { past, clock, keptMs }: MonitoringContext,
): Promise<ResponseFields> {
  const { from, to } = readPeriod(given, { now: clock.now(), agoMs: keptMs });
  const start = from - (from % DAY_MS);
  const end = Math.min(to, clock.now() + 1);
  const days = new Map(
    (await past.scale({ sdkAppId: given.SdkAppId, from: start, to: end })).map((d) => [d.at, d]),
  );
  const list: ResponseFields[] = [];
  for (let at = start; at < end; at += DAY_MS) {
    const { users = 0, entries = 0, rooms = 0 } = days.get(at) ?? {};
    list.push({ Time: toSeconds(at), UserNumber: users, UserCount: entries, RoomNumbers: rooms });
  }
  return { Total: list.length, ScaleList: list };
}

async function unusualEvent(
  given: ParametersOf<typeof describeUnusualEvent>,
  { quality, clock, keptMs }: MonitoringContext,
): Promise<ResponseFields> {
  const period = readPeriod(given, { now: clock.now(), agoMs: keptMs, longestMs: HOUR_MS });
  const query = { ...period, sdkAppId: given.SdkAppId, roomId: given.RoomId ?? null, share: BLOCKED_SHARE };
  const found: ResponseFields[] = [];
  for await (const sample of quality.stoodStill(query)) {
    const { userId: UserId, roomId: RoomId, at } = sample;
    for (const experience of unusualIn(sample))
      found.push({ UserId, RoomId, EventTime: toSeconds(at), ...experience });
    if (found.length >= MAX_UNUSUAL) break;
  }
  const list = found.slice(0, MAX_UNUSUAL);
  return { Total: list.length, AbnormalExperienceList: list };
}

type CallQuery = ParametersOf<typeof describeUserInfo>;

async function staysOfCall(given: CallQuery, { past, clock, keptMs }: MonitoringContext, longestMs: number) {
  const period = readPeriod(given, { now: clock.now(), agoMs: keptMs, longestMs });
  const page = readPage(given, USERS_PER_PAGE);
  const rooms = await livesOf(given, past);
  const incarnations = rooms.map(({ incarnation }) => incarnation);
  const userIds = given.UserIds ?? null;
  return { ...(await past.stays({ ...period, ...page, incarnations, userIds })), rooms, period };
}

async function livesOf(
  { CommId, SdkAppId }: { readonly CommId: string; readonly SdkAppId: number },
  past: PastStore,
): Promise<readonly PastRoom[]> {
  const call = readCommId(CommId);
  if (call?.sdkAppId !== SdkAppId)
    throw new CloudApiError(
      'InvalidParameter',
      'The parameter CommId is about another application than SdkAppId.',
    );
  return past.livesOf(call);
}

function requireFew({ UserIds, PageSize }: Pick<CallQuery, 'UserIds' | 'PageSize'>): void {
  if ((UserIds?.length ?? 0) > MAX_USERS_WITH_DATA)
    throw new CloudApiError(
      'InvalidParameter.UserIdsMorethanSix',
      `With DataType, UserIds must have at most ${MAX_USERS_WITH_DATA} users.`,
    );
  if ((PageSize ?? 0) > MAX_USERS_WITH_DATA)
    throw new CloudApiError(
      'InvalidParameter.PageSizeOversize',
      `With DataType, PageSize must be at most ${MAX_USERS_WITH_DATA}.`,
    );
}

function describeStay(
  stay: PastStay,
  rooms: readonly PastRoom[],
  { clock }: MonitoringContext,
): ResponseFields {
  return {
    RoomStr: rooms.find(({ incarnation }) => incarnation === stay.incarnation)?.roomId ?? '',
    UserId: stay.userId,
    JoinTs: toSeconds(stay.enteredAt),
    LeaveTs: toSeconds(stay.leftAt ?? clock.now()),
    DeviceType: stay.device,
    SdkVersion: stay.sdkVersion,
    ClientIp: stay.address,
    Finished: stay.leftAt !== null,
  };
}

function toSeconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
