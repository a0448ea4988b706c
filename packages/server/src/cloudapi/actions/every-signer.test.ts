import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@rotunda/base';
import type { Blocked, RoomKey } from '@rotunda/protocol';
import { Capi } from '@tencent-sdk/capi';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OpenDatabase } from '../../store/database.ts';
import { SqlPast } from '../../store/past.ts';
import { SqlQuality } from '../../store/quality.ts';
import { openSqlite } from '../../store/sqlite.ts';
import { ACTIONS } from '../registry.ts';
import {
  SdkAppId,
  credential,
  sdkClient,
  serveCloudApi,
  type SdkOptions,
  type ServedCloudApi,
} from '../served.contract.ts';
import { DAY, HOUR, MINUTE, NOON, remember, seconds } from './remembered.contract.ts';

type Fields = Readonly<Record<string, unknown>>;

interface ActionCase {
  readonly parameters: Fields;
  /** What the answer has, beside its RequestId. */
  readonly answer: Fields;
  /** Whose stays ended, or who may not send. */
  readonly effect?: readonly unknown[];
}

const CommId = `${SdkAppId}_100_${seconds(NOON)}`;
const hour = { SdkAppId, StartTime: seconds(NOON), EndTime: seconds(NOON + HOUR) };
const minutes = {
  SdkAppId: String(SdkAppId),
  StartTime: seconds(NOON + 9 * MINUTE),
  EndTime: seconds(NOON + 11 * MINUTE),
};
const numbered = { SdkAppId, RoomId: 10_000 };
const named = { SdkAppId, RoomId: '10000' };
const table = (columns: readonly string[]) => ({
  Data: { Total: 1, Series: [{ Columns: columns, Values: expect.any(Array) }] },
});

/** Every action -> a call of it, and what it must come to whoever makes the call. */
const CASES: Readonly<Record<keyof typeof ACTIONS, ActionCase>> = {
  RemoveUser: {
    parameters: { ...numbered, UserIds: ['alice', 'bob'] },
    answer: {},
    effect: ['s-alice', 's-bob'],
  },
  RemoveUserByStrRoomId: { parameters: { ...named, UserIds: ['dora'] }, answer: {}, effect: ['s-dora'] },
  DismissRoom: { parameters: numbered, answer: {}, effect: ['s-alice', 's-bob', 's-carol'] },
  DismissRoomByStrRoomId: { parameters: named, answer: {}, effect: ['s-dora'] },
  SetUserBlocked: {
    parameters: { ...numbered, UserId: 'alice', IsMute: 1 },
    answer: {},
    effect: [['number', 'alice', { audio: true, video: true }]],
  },
  SetUserBlockedByStrRoomId: {
    parameters: { SdkAppId, StrRoomId: '10000', UserId: '小明 +&=', IsMute: 2 },
    answer: {},
    effect: [['string', '小明 +&=', { audio: true, video: false }]],
  },
  DescribeRoomInfo: {
    parameters: { ...hour, RoomId: '100', PageNumber: 0, PageSize: 10 },
    answer: { Total: 1, RoomList: [{ CommId, RoomString: '100', IsFinished: true, UserId: 'ann' }] },
  },
  DescribeUserInfo: {
    parameters: { ...hour, CommId, UserIds: ['ann', 'ben'], PageNumber: 0, PageSize: 2 },
    answer: { Total: 3, UserList: [{ UserId: 'ann' }, { UserId: 'ben' }] },
  },
  DescribeCallDetailInfo: {
    parameters: { ...hour, CommId, UserIds: ['ben'], DataType: ['rtt', 'bigvBlock'] },
    answer: { Total: 2, Data: [{ DataType: 'rtt' }, { DataType: 'bigvBlock', PeerId: 'ann' }] },
  },
  DescribeUserEvent: {
    parameters: { ...hour, CommId, UserId: 'ann', RoomId: '100' },
    answer: { Data: [{ Content: expect.arrayContaining([expect.objectContaining({ EventId: 7000 })]) }] },
  },
  DescribeScaleInfo: {
    parameters: hour,
    answer: { Total: 1, ScaleList: [{ UserNumber: 3, RoomNumbers: 2 }] },
  },
  DescribeUnusualEvent: {
    parameters: { ...hour, RoomId: '100' },
    answer: { Total: 2, AbnormalExperienceList: [{ ExperienceId: 1 }, { ExperienceId: 2 }] },
  },
  DescribeTRTCRealTimeScaleData: { parameters: minutes, answer: table(['time', 'userCount', 'roomCount']) },
  DescribeTRTCRealTimeQualityData: {
    parameters: { ...minutes, RoomId: '100' },
    answer: table(['time', 'videoFreezeRate', 'audioFreezeRate']),
  },
  DescribeTrtcUsage: {
    parameters: { SdkAppId, StartTime: '2026-03-10', EndTime: '2026-03-10' },
    answer: { UsageKey: ['Audio', 'SD', 'HD', 'FullHD', '2K', '4K'] },
  },
  DescribeTrtcRoomUsage: {
    parameters: { SdkAppid: SdkAppId, StartTime: '2026-03-10 12:00', EndTime: '2026-03-10 13:30' },
    answer: { Data: expect.stringContaining('100,4780,10,10,0,0,0') },
  },
};

type Caller = (endpoint: string, action: string, parameters: Fields) => Promise<Fields>;

/** By its method for the action, if it has one. */
const official =
  (options: SdkOptions): Caller =>
  (endpoint, action, parameters) => {
    const client = sdkClient(endpoint, options);
    const method = (client as unknown as Record<string, ((given: Fields) => Promise<Fields>) | undefined>)[
      action
    ];
    return method ? method.call(client, parameters) : client.request(action, parameters);
  };

const capi =
  (isV3: boolean, change: object = {}): Caller =>
  async (endpoint, action, parameters) => {
    const client = new Capi({
      ...credential,
      region: 'ap-guangzhou',
      serviceType: 'trtc',
      version: '2019-07-22',
      protocol: 'http',
      host: endpoint,
      ...change,
    });
    const envelope = { action, version: '2019-07-22' };
    const { Response } = (await client.request({ ...envelope, ...parameters }, {}, isV3)) as {
      Response: Fields;
    };
    return Response;
  };

const CALLERS: Readonly<Record<string, Caller>> = {
  'tencentcloud-sdk-nodejs by TC3': official({}),
  'tencentcloud-sdk-nodejs by TC3 and GET': official({ httpProfile: { reqMethod: 'GET' } }),
  'tencentcloud-sdk-nodejs by HmacSHA1': official({ signMethod: 'HmacSHA1' }),
  '@tencent-sdk/capi by TC3': capi(true),
  '@tencent-sdk/capi by HmacSHA256': capi(false, { signatureMethod: 'sha256' }),
  '@tencent-sdk/capi by HmacSHA1 and GET': capi(false, { method: 'GET' }),
};

const folder = mkdtempSync(join(tmpdir(), 'rotunda-signers-'));
let database: OpenDatabase;
let served: ServedCloudApi;
const blocked: [kind: RoomKey['kind'], userId: string, blocked: Blocked][] = [];

beforeAll(async () => {
  database = await openSqlite(join(folder, 'rotunda.db'));
  await remember(database);
});
afterAll(async () => {
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  const clock = new FakeClock();
  const past = { past: new SqlPast(database.past), quality: new SqlQuality(database), keptMs: 14 * DAY };
  served = await serveCloudApi({ clock, past });
  served.rooms.userBlocks = {
    set: async ({ kind }, userId, what) => {
      blocked.push([kind, userId, what]);
      return { ok: true, sessionId: 's' };
    },
  };
  clock.advance(NOON + 2 * HOUR - clock.now());
  // The SDKs sign with the system's time.
  vi.useFakeTimers({ toFake: ['Date'], now: clock.now() });
});
afterEach(async () => {
  vi.useRealTimers();
  blocked.length = 0;
  await served.close();
});

it('every action is in the table', () => {
  expect(Object.keys(CASES).toSorted()).toEqual(Object.keys(ACTIONS).toSorted());
});

describe.each(Object.entries(CALLERS))('%s', (_name, caller) => {
  it.each(Object.entries(CASES))('calls %s', async (action, { parameters, answer, effect = [] }) => {
    const got = await caller(served.endpoint, action, parameters);
    expect(got).toEqual(expect.objectContaining({ RequestId: expect.any(String) }));
    expect(got).toMatchObject(answer);
    expect(got).not.toHaveProperty('Error');
    expect([...served.rooms.waitedFor, ...blocked]).toEqual(effect);
    expect(served.samples).toEqual([`${action} OK`]);
  });
});
