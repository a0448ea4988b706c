import { OTHER_APP, SdkAppId } from '../served.contract.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** One bad request: what is changed of one that is in order, and what is said of it. What is undefined is left out. */
export type BadRequest = readonly [code: string, message: string, change: Fields];

/** An action, with parameters that are in order, and one bad request for each thing that may be wrong with them. */
export interface ActionRefusals {
  readonly right: Fields;
  readonly bad: readonly BadRequest[];
}

const DAY = 86_400;
const missing = (code: string, name: string): BadRequest => [
  `MissingParameter${code}`,
  `The parameter ${name} is missing.`,
  { [name]: undefined },
];
const wrong = (code: string, name: string, must: string, value: unknown): BadRequest => [
  code,
  `The parameter ${name} must be ${must}.`,
  { [name]: value },
];

const NUMBER = 'a whole number from 1 to 4294967295';
function application(suffix: 'SdkAppId' | 'SdkAppid', name = 'SdkAppId'): BadRequest[] {
  return [
    missing('.SdkAppId', name),
    wrong(`InvalidParameter.${suffix}`, name, NUMBER, 0),
    wrong(`InvalidParameter.${suffix}`, name, NUMBER, 4_294_967_296),
    wrong(`InvalidParameter.${suffix}`, name, NUMBER, true),
    [
      'UnauthorizedOperation.SdkAppId',
      'The key pair does not belong to this SdkAppId.',
      { [name]: OTHER_APP },
    ],
  ];
}
const APPLICATION_AS_TEXT: readonly BadRequest[] = [
  missing('.SdkAppId', 'SdkAppId'),
  wrong('InvalidParameter.SdkAppid', 'SdkAppId', 'the number of an application, as text', SdkAppId),
  wrong('InvalidParameter.SdkAppid', 'SdkAppId', 'the number of an application, as text', '0'),
  [
    'UnauthorizedOperation.SdkAppId',
    'The key pair does not belong to this SdkAppId.',
    { SdkAppId: String(OTHER_APP) },
  ],
];

const NO_ROOM = ['FailedOperation.RoomNotExist', 'The room does not exist.'] as const;
const NUMBERED = 'a whole number from 1 to 4294967294';
const NUMBERED_ROOM: readonly BadRequest[] = [
  [...NO_ROOM, { RoomId: 1 }],
  missing('.RoomId', 'RoomId'),
  wrong('InvalidParameter.RoomId', 'RoomId', NUMBERED, '10000'),
  wrong('InvalidParameterValue.RoomId', 'RoomId', NUMBERED, 4_294_967_295),
];
const NAMED = 'a string of 1 to 64 characters of the allowed set';
const namedRoom = (name: string): BadRequest[] => [
  [...NO_ROOM, { [name]: 'elsewhere' }],
  missing('.RoomId', name),
  wrong('InvalidParameter.RoomId', name, NAMED, 10_000),
  wrong('InvalidParameterValue.RoomId', name, NAMED, 'x'.repeat(65)),
];

const USERS = 'a list of 1 to 10 userIds';
const USER_IDS: readonly BadRequest[] = [
  missing('.UserIds', 'UserIds'),
  wrong('InvalidParameter.UserIds', 'UserIds', USERS, 'alice'),
  wrong('InvalidParameter.UserIds', 'UserIds', USERS, []),
  wrong(
    'InvalidParameter.UserIds',
    'UserIds',
    USERS,
    Array.from({ length: 11 }, (_, n) => `u${n}`),
  ),
];

const MUTE = 'a whole number from 0 to 3';
const BLOCKED_USER: readonly BadRequest[] = [
  ['FailedOperation.UserNotExist', 'The user is not in the room.', { UserId: 'nobody' }],
  missing('', 'UserId'),
  wrong('InvalidParameter.UserId', 'UserId', 'a userId', ''),
  missing('', 'IsMute'),
  wrong('InvalidParameter', 'IsMute', MUTE, '1'),
  wrong('InvalidParameterValue', 'IsMute', MUTE, 4),
];

/** Times in seconds; `now` is when the request is made. */
function period(now: number, { agoText, ago, longest }: Period): BadRequest[] {
  const time = 'a whole number from 0 to 9999999999';
  return [
    missing('.StartTs', 'StartTime'),
    missing('.EndTs', 'EndTime'),
    wrong('InvalidParameter.StartTs', 'StartTime', time, 'now'),
    wrong('InvalidParameter.EndTs', 'EndTime', time, -1),
    ['InvalidParameter.EndTs', 'The parameter EndTime must not be before StartTime.', { EndTime: 1 }],
    [
      'InvalidParameter.StartTsOversize',
      `The parameter StartTime must not be longer ago than ${agoText}.`,
      { StartTime: now - ago - 60, EndTime: now - ago },
    ],
    ...(longest === undefined
      ? []
      : [
          [
            'InvalidParameter.QueryScaleOversize',
            `EndTime must not be more than ${longest} ${longest === 1 ? 'hour' : 'hours'} after StartTime.`,
            { StartTime: now - longest * 3_600 - 1, EndTime: now },
          ] as const,
        ]),
  ];
}
interface Period {
  readonly agoText: string;
  /** Seconds. */
  readonly ago: number;
  /** Hours. */
  readonly longest?: number;
}
const KEPT = { agoText: '14 days', ago: 14 * DAY };

const CALL = 'a CommId, as DescribeRoomInfo gives it';
const call = (now: number): BadRequest[] => [
  missing('.CommId', 'CommId'),
  wrong('InvalidParameter', 'CommId', CALL, 7),
  wrong('InvalidParameterValue', 'CommId', CALL, 'stand-up'),
  wrong('InvalidParameterValue', 'CommId', CALL, `${SdkAppId}_a\0b_${now}`),
  [
    'InvalidParameter',
    'The parameter CommId is about another application than SdkAppId.',
    { CommId: `${OTHER_APP}_100_${now}` },
  ],
];

const pageNumber = 'a whole number from 0 to 1000000';
const pageSize = 'a whole number from 1 to 100';
const PAGING: readonly BadRequest[] = [
  wrong('InvalidParameter.PageNumber', 'PageNumber', pageNumber, -1),
  wrong('InvalidParameter.PageSize', 'PageSize', pageSize, 0),
  wrong('InvalidParameter.PageSizeOversize', 'PageSize', pageSize, 101),
];
const manyUsers = 'a list of 1 to 100 userIds';
const MANY_USERS: readonly BadRequest[] = [
  wrong('InvalidParameter.UserId', 'UserIds', manyUsers, 'alice'),
  wrong('InvalidParameter.UserId', 'UserIds', manyUsers, ['a/b']),
  wrong(
    'InvalidParameter.UserId',
    'UserIds',
    manyUsers,
    Array.from({ length: 101 }, (_, n) => `u${n}`),
  ),
];
const TEXT = 'the id of a room, as text';
const ANY_ROOM: readonly BadRequest[] = [
  wrong('InvalidParameter', 'RoomId', TEXT, 100),
  wrong('InvalidParameterValue', 'RoomId', TEXT, ''),
  wrong('InvalidParameterValue', 'RoomId', TEXT, 'a\0b'),
];
const DATA_TYPES =
  'a list of 1 to 18 entries, each one of all, appCpu, sysCpu, aBit, aBlock, bigvBit, bigvCapFps, bigvEncFps, bigvDecFps, bigvBlock, aLoss, bigvLoss, bigvWidth, bigvHeight, aCapEnergy, aPlayEnergy, rtt, bigvRecFps';
const CALL_DATA: readonly BadRequest[] = [
  wrong('InvalidParameter', 'DataType', DATA_TYPES, 'all'),
  wrong('InvalidParameterValue', 'DataType', DATA_TYPES, ['mood']),
  [
    'InvalidParameter.UserIdsMorethanSix',
    'With DataType, UserIds must have at most 6 users.',
    { DataType: ['rtt'], UserIds: 'a b c d e f g'.split(' ') },
  ],
  [
    'InvalidParameter.PageSizeOversize',
    'With DataType, PageSize must be at most 6.',
    { DataType: ['rtt'], PageNumber: 0, PageSize: 7 },
  ],
];

/** Times as text: what they must be, two that are right, one that does not exist, and one that is too far from the first. */
function textPeriod(times: { must: string; none: string; tooLate: string; longest: string }): BadRequest[] {
  const { must, none, tooLate, longest } = times;
  return [
    ...['StartTime', 'EndTime'].flatMap((name) => [
      missing('', name),
      wrong('InvalidParameter', name, must, 20_260_310),
      wrong('InvalidParameterValue', name, must, none),
    ]),
    [
      'InvalidParameter.EndTs',
      'The parameter EndTime must be after StartTime.',
      { EndTime: tooLate.replace('2026', '2025') },
    ],
    [
      'InvalidParameter.QueryScaleOversize',
      `The period must not be longer than ${longest}.`,
      { EndTime: tooLate },
    ],
  ];
}

/** Every action; `now` is in seconds. */
export function actionRefusals(now: number): Readonly<Record<string, ActionRefusals>> {
  const numbered = { SdkAppId, RoomId: 10_000 };
  const named = { SdkAppId, RoomId: '10000' };
  const hour = { SdkAppId, StartTime: now - 3_600, EndTime: now };
  const CommId = `${SdkAppId}_100_${now}`;
  const ours = application('SdkAppId');
  const theirs = application('SdkAppid');
  const realTime = {
    right: { ...hour, SdkAppId: String(SdkAppId) },
    bad: [...APPLICATION_AS_TEXT, ...period(now, { agoText: '12 hours', ago: 12 * 3_600 }), ...ANY_ROOM],
  };
  return {
    RemoveUser: {
      right: { ...numbered, UserIds: ['alice'] },
      bad: [...ours, ...NUMBERED_ROOM, ...USER_IDS],
    },
    RemoveUserByStrRoomId: {
      right: { ...named, UserIds: ['dora'] },
      bad: [...ours, ...namedRoom('RoomId'), ...USER_IDS],
    },
    DismissRoom: { right: numbered, bad: [...ours, ...NUMBERED_ROOM] },
    DismissRoomByStrRoomId: { right: named, bad: [...ours, ...namedRoom('RoomId')] },
    SetUserBlocked: {
      right: { ...numbered, UserId: 'alice', IsMute: 1 },
      bad: [...ours, ...NUMBERED_ROOM, ...BLOCKED_USER],
    },
    SetUserBlockedByStrRoomId: {
      right: { SdkAppId, StrRoomId: '10000', UserId: 'dora', IsMute: 1 },
      bad: [...ours, ...namedRoom('StrRoomId'), ...BLOCKED_USER],
    },
    DescribeRoomInfo: {
      right: hour,
      bad: [...theirs, ...period(now, { ...KEPT, longest: 24 }), ...ANY_ROOM, ...PAGING],
    },
    DescribeUserInfo: {
      right: { ...hour, CommId },
      bad: [...call(now), ...theirs, ...period(now, { ...KEPT, longest: 4 }), ...MANY_USERS, ...PAGING],
    },
    DescribeCallDetailInfo: {
      right: { ...hour, CommId },
      bad: [
        ...call(now),
        ...theirs,
        ...period(now, { ...KEPT, longest: 1 }),
        ...MANY_USERS,
        ...PAGING,
        ...CALL_DATA,
      ],
    },
    DescribeUserEvent: {
      right: { ...hour, CommId, UserId: 'alice', RoomId: '100' },
      bad: [
        ...call(now),
        ...theirs,
        ...period(now, KEPT),
        ...ANY_ROOM,
        missing('.RoomNum', 'RoomId'),
        missing('.UserId', 'UserId'),
        wrong('InvalidParameter.UserId', 'UserId', 'a userId', 'a/b'),
        ['InvalidParameter', 'The parameter CommId is about another room than RoomId.', { RoomId: '101' }],
      ],
    },
    DescribeScaleInfo: { right: hour, bad: [...theirs, ...period(now, KEPT)] },
    DescribeUnusualEvent: {
      right: hour,
      bad: [...theirs, ...period(now, { ...KEPT, longest: 1 }), ...ANY_ROOM],
    },
    DescribeTRTCRealTimeQualityData: realTime,
    DescribeTRTCRealTimeScaleData: realTime,
    DescribeTrtcUsage: {
      right: { SdkAppId, StartTime: '2026-03-10', EndTime: '2026-03-10' },
      bad: [
        // It may be left out: then it is about all applications of the key pair.
        ...theirs.filter(([code]) => code !== 'MissingParameter.SdkAppId'),
        ...textPeriod({
          must: 'a day, YYYY-MM-DD',
          none: '2026-02-30',
          tooLate: '2026-04-10',
          longest: '31 days',
        }),
      ],
    },
    DescribeTrtcRoomUsage: {
      right: { SdkAppid: SdkAppId, StartTime: '2026-03-10 12:00', EndTime: '2026-03-10 13:00' },
      bad: [
        ...application('SdkAppId', 'SdkAppid'),
        ...textPeriod({
          must: 'a minute, YYYY-MM-DD HH:MM',
          none: '2026-02-30 12:00',
          tooLate: '2026-03-11 12:01',
          longest: '24 hours',
        }),
      ],
    },
  };
}
