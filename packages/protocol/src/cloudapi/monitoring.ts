import { isUserId } from '../ids.ts';
import { isKeepable } from '../text.ts';
import { sdkAppIdParameter } from './rooms.ts';
import { integer, list, oneOf, optional, string, type FaultCodes, type Rule } from './rules.ts';

/** Seconds since the epoch, up to the year 2286. */
const MAX_SECONDS = 9_999_999_999;
const MAX_PAGE = 1_000_000;
const MAX_PAGE_SIZE = 100;
const MAX_USERS = 100;
const DAY_LENGTH = 'YYYY-MM-DD'.length;

const text = {
  is: (value: string): boolean => value.length >= 1 && value.length <= 256 && isKeepable(value),
};

function seconds(name: 'StartTs' | 'EndTs'): Rule<number> {
  const codes: FaultCodes = { missing: `MissingParameter.${name}`, type: `InvalidParameter.${name}` };
  return integer({ min: 0, max: MAX_SECONDS, codes });
}

const appCodes: FaultCodes = { missing: 'MissingParameter.SdkAppId', type: 'InvalidParameter.SdkAppid' };
const application = integer({ min: 1, max: 0xffff_ffff, codes: appCodes });
/** The real-time actions take it as text. */
const applicationAsText = string({
  is: (value) => /^\d{1,10}$/.test(value) && Number(value) >= 1 && Number(value) <= 0xffff_ffff,
  allowed: 'the number of an application, as text',
  codes: appCodes,
});

const span = { StartTime: seconds('StartTs'), EndTime: seconds('EndTs') };
/** A room of either kind, as text. */
const room = optional(string({ ...text, allowed: 'the id of a room, as text' }));
const paging = {
  PageNumber: optional(integer({ min: 0, max: MAX_PAGE, codes: { type: 'InvalidParameter.PageNumber' } })),
  PageSize: optional(
    integer({
      min: 1,
      max: MAX_PAGE_SIZE,
      codes: { type: 'InvalidParameter.PageSize', oversize: 'InvalidParameter.PageSizeOversize' },
    }),
  ),
};

/** One life of a room: `<SdkAppId>_<RoomId>_<second of its creation>` (docs/trtc.md 5.6). */
const call = string({
  is: (value) => readCommId(value) !== null,
  allowed: 'a CommId, as DescribeRoomInfo gives it',
  codes: { missing: 'MissingParameter.CommId' },
});

const user = string({
  is: isUserId,
  allowed: 'a userId',
  codes: { missing: 'MissingParameter.UserId', type: 'InvalidParameter.UserId' },
});
const users = optional(
  list({
    of: user,
    min: 1,
    max: MAX_USERS,
    allowed: `a list of 1 to ${MAX_USERS} userIds`,
    codes: { type: 'InvalidParameter.UserId' },
  }),
);

/** What DescribeCallDetailInfo can tell of a stay. */
export const CALL_DATA_TYPES = [
  'appCpu',
  'sysCpu',
  'aBit',
  'aBlock',
  'bigvBit',
  'bigvCapFps',
  'bigvEncFps',
  'bigvDecFps',
  'bigvBlock',
  'aLoss',
  'bigvLoss',
  'bigvWidth',
  'bigvHeight',
  'aCapEnergy',
  'aPlayEnergy',
  'rtt',
  'bigvRecFps',
] as const;
export type CallDataType = (typeof CALL_DATA_TYPES)[number];

/** Parameters of the monitoring actions (docs/trtc.md 5.6). */
export const describeRoomInfo = { SdkAppId: application, ...span, RoomId: room, ...paging };
export const describeUserInfo = { CommId: call, ...span, SdkAppId: application, UserIds: users, ...paging };
export const describeCallDetailInfo = {
  CommId: call,
  ...span,
  SdkAppId: application,
  UserIds: users,
  DataType: optional(
    list({ of: oneOf(['all', ...CALL_DATA_TYPES]), min: 1, max: CALL_DATA_TYPES.length + 1 }),
  ),
  ...paging,
};
export const describeUserEvent = {
  CommId: call,
  ...span,
  UserId: user,
  RoomId: string({
    ...text,
    allowed: 'the id of a room, as text',
    codes: { missing: 'MissingParameter.RoomNum' },
  }),
  SdkAppId: application,
};
export const describeScaleInfo = { SdkAppId: application, ...span };
export const describeUnusualEvent = { SdkAppId: application, ...span, RoomId: room };
export const describeRealTimeData = { SdkAppId: applicationAsText, ...span, RoomId: room };

const day = string({
  is: (value) => value.length === DAY_LENGTH && readUtc(value) !== null,
  allowed: 'a day, YYYY-MM-DD',
});
const minute = string({
  is: (value) => value.length > DAY_LENGTH && readUtc(value) !== null,
  allowed: 'a minute, YYYY-MM-DD HH:MM',
});

/** Parameters of the usage actions (docs/trtc.md 5.7). One of them really has another name for the application. */
export const describeTrtcUsage = { StartTime: day, EndTime: day, SdkAppId: optional(application) };
export const describeTrtcRoomUsage = { SdkAppid: sdkAppIdParameter, StartTime: minute, EndTime: minute };

export interface CommId {
  readonly sdkAppId: number;
  readonly roomId: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
}

/** @returns null for what is none. A room id may contain what separates the parts. */
export function readCommId(value: string): CommId | null {
  const [, app = '', roomId = '', createdAt = ''] = /^(\d{1,10})_(.{1,256})_(\d{1,10})$/su.exec(value) ?? [];
  return app && isKeepable(roomId) ? { sdkAppId: Number(app), roomId, createdAt: Number(createdAt) } : null;
}

export function writeCommId({ sdkAppId, roomId, createdAt }: CommId): string {
  return `${sdkAppId}_${roomId}_${createdAt}`;
}

/** @returns milliseconds since the epoch of a day or a minute in UTC (`2026-01-31`, `2026-01-31 23:59`); null if there is none. */
export function readUtc(value: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?$/.test(value)) return null;
  const iso = value.replace(' ', 'T');
  const time = Date.parse(value.length === DAY_LENGTH ? `${iso}T00:00:00Z` : `${iso}:00Z`);
  // A day that no month has would become the first of the next.
  return Number.isNaN(time) || !new Date(time).toISOString().startsWith(iso) ? null : time;
}
