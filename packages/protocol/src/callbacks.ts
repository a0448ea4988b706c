import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { TRTCRoleType } from './enums.ts';
import { MAX_NUMERIC_ROOM_ID } from './ids.ts';

/** Groups of events that a backend is told of (docs/trtc.md 6.2). */
export const CallbackGroup = { room: 1, media: 2 } as const;

/** Types of these events, by TRTC's own names (docs/trtc.md 6.2). `ASSIT` is spelt so there: the sub stream. */
export const CallbackType = {
  CREATE_ROOM: 101,
  DISMISS_ROOM: 102,
  ENTER_ROOM: 103,
  EXIT_ROOM: 104,
  CHANGE_ROLE: 105,
  START_VIDEO: 201,
  STOP_VIDEO: 202,
  START_AUDIO: 203,
  STOP_AUDIO: 204,
  START_ASSIT: 205,
  STOP_ASSIT: 206,
} as const;
export type CallbackType = (typeof CallbackType)[keyof typeof CallbackType];

/** What a user's client runs on, as 103 tells it. */
export const TerminalType = { windows: 1, android: 2, ios: 3, linux: 4, other: 100 } as const;
export type TerminalType = (typeof TerminalType)[keyof typeof TerminalType];

/** What kind of SDK a user's client has, as 103 tells it. */
export const UserType = { webRtc: 1, miniProgram: 2, native: 3 } as const;
export type UserType = (typeof UserType)[keyof typeof UserType];

/** Reason of 103. `networkSwitch` is TRTC's; a return after a change of networks continues the stay and is not told of. */
export const EnterReason = { normal: 1, networkSwitch: 2, timeoutRetry: 3, crossRoom: 4 } as const;
export type EnterReason = (typeof EnterReason)[keyof typeof EnterReason];

/** Header with the signature of the body: base64 of HMAC-SHA256 over its bytes. */
export const CALLBACK_SIGN_HEADER = 'Sign';
export const CALLBACK_APP_HEADER = 'SdkAppId';
/** Ours. Names the event: the same in every attempt to deliver it, so that repeats can be told. */
export const CALLBACK_EVENT_ID_HEADER = 'X-Rotunda-Event-Id';
/** Ours. The version of the room at which it happened; absent where there is none (audience of live scenes). */
export const CALLBACK_ROOM_VERSION_HEADER = 'X-Rotunda-Room-Version';

/** Of the client's own type: number or text (docs/trtc.md 1.4). Times: seconds, and milliseconds, since the epoch. */
const room = {
  RoomId: z.union([z.number().int().min(1).max(MAX_NUMERIC_ROOM_ID), z.string().min(1)]),
  EventTs: z.number().int(),
  EventMsTs: z.number().int(),
};
const user = { ...room, UserId: z.string() };
const role = { Role: z.enum(TRTCRoleType) };
/** Reason of a stop: always 0. TRTC does not document its meaning. */
const stop = z.looseObject({ ...user, Reason: z.number().int() });
const start = z.looseObject(user);
const enter = {
  ...user,
  ...role,
  TerminalType: z.enum(TerminalType),
  UserType: z.enum(UserType),
  Reason: z.enum(EnterReason),
};

/** `EventInfo` of each type. TRTC adds fields and never removes any: unknown ones are let through. */
const INFO = {
  [CallbackType.CREATE_ROOM]: z.looseObject(user),
  [CallbackType.DISMISS_ROOM]: z.looseObject(room),
  [CallbackType.ENTER_ROOM]: z.looseObject(enter),
  [CallbackType.EXIT_ROOM]: z.looseObject({ ...user, ...role, Reason: z.literal([1, 2, 3, 4, 5]) }),
  [CallbackType.CHANGE_ROLE]: z.looseObject({ ...user, ...role }),
  [CallbackType.START_VIDEO]: start,
  [CallbackType.STOP_VIDEO]: stop,
  [CallbackType.START_AUDIO]: start,
  [CallbackType.STOP_AUDIO]: stop,
  [CallbackType.START_ASSIT]: start,
  [CallbackType.STOP_ASSIT]: stop,
} as const satisfies Record<CallbackType, z.ZodType>;

export type CallbackInfo<T extends CallbackType> = z.infer<(typeof INFO)[T]>;

/** One event as it is kept until it is delivered: everything of the body but the time of the attempt. */
export type CallbackEvent = {
  [T in CallbackType]: {
    readonly EventGroupId: 1 | 2;
    readonly EventType: T;
    readonly EventInfo: CallbackInfo<T>;
  };
}[CallbackType];

/** The body of a callback. `CallbackTs`: when this attempt to deliver it began, in milliseconds since the epoch. */
export type CallbackBody = CallbackEvent & { readonly CallbackTs: number };

/** The `Sign` of a callback: base64 of HMAC-SHA256 over the bytes of the body as they are sent (docs/trtc.md 6.1). */
export function signBody(key: string, body: Uint8Array): string {
  return createHmac('sha256', key).update(body).digest('base64');
}

const envelope = z.looseObject({
  EventGroupId: z.enum(CallbackGroup),
  EventType: z.enum(CallbackType),
  CallbackTs: z.number().int(),
  EventInfo: z.unknown(),
});

/** Reads a body whose signature has been verified. Null: it is none of these events, e.g. one of a group that came later. */
export function readCallback(body: unknown): CallbackBody | null {
  const outer = envelope.safeParse(body).data;
  const info = outer && INFO[outer.EventType].safeParse(outer.EventInfo).data;
  return outer && info ? ({ ...outer, EventInfo: info } as CallbackBody) : null;
}
