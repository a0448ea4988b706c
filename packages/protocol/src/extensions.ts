import { z } from 'zod';
import { MAX_BACKEND_MESSAGE } from './backend-message.ts';
import { COMMON_EXTENSION_ERRORS, type ExtensionErrorCode } from './extension-errors.ts';
import { MAX_NUMERIC_ROOM_ID, MAX_USER_ID_BYTES, STRING_ROOM_ID, USER_ID } from './ids.ts';
import { KEEPABLE } from './text.ts';

export { EXTENSION_ERRORS, type ExtensionErrorCode } from './extension-errors.ts';

/** Where Rotunda's own operations are: `POST /rotunda/v1/<name>`. TRTC has nothing of them. */
export const EXTENSIONS_PATH = '/rotunda/v1/';
/** What the signature of a request names as its service. */
export const EXTENSIONS_SERVICE = 'rotunda';

const MAX_USERS = 10;
const MAX_PAGE = 1_000;
const USUAL_PAGE = 100;
const YEAR_SECONDS = 31_536_000;

const sdkAppId = z.number().int().min(1).max(0xffff_ffff).describe('The application.');
const userId = z
  .string()
  .max(MAX_USER_ID_BYTES)
  .regex(USER_ID, 'must be a userId')
  .refine((text) => new TextEncoder().encode(text).length <= MAX_USER_ID_BYTES, 'has too many bytes')
  .describe(`The user: 1 to ${MAX_USER_ID_BYTES} bytes of UTF-8.`);
const time = z.number().int().describe('Milliseconds since the epoch.');
const room = z
  .union([
    z.strictObject({ roomId: z.number().int().min(1).max(MAX_NUMERIC_ROOM_ID) }),
    z.strictObject({
      strRoomId: z.string().regex(STRING_ROOM_ID, 'must be 1 to 64 characters of the allowed set'),
    }),
  ])
  .describe('A room, by its number or by its text: 1 and "1" are two rooms.');
const limit = z.number().int().min(1).max(MAX_PAGE).default(USUAL_PAGE).describe('How many at most.');
const keepable = z.string().regex(KEEPABLE, 'must have neither NUL nor half a character');
const message = keepable
  .max(MAX_BACKEND_MESSAGE)
  .describe('What the user is told. It is shown as text, never as HTML.');
const blocked = z.object({ audio: z.boolean(), video: z.boolean() });
const stream = z.object({
  source: z.enum(['audio', 'video', 'sub']),
  muted: z.boolean().describe('By the user itself.'),
  blocked: z.boolean().describe('By a backend.'),
});
const member = z.object({
  userId,
  role: z.enum(['anchor', 'audience']),
  enteredAt: time,
  connected: z
    .boolean()
    .describe('False while the link is lost and the deadline of the stay has not passed.'),
  blocked,
  streams: z.array(stream),
});
const deadLetter = z.object({
  id: z.string(),
  position: z.number().int().describe('Grows in the order in which events happened.'),
  at: time,
  deadAt: time,
  attempts: z.number().int(),
  error: z.string().describe('What the last attempt failed of.'),
  event: z.record(z.string(), z.unknown()).describe('The body, without the time of the attempt.'),
});
const entryBlock = z.object({
  userId,
  room: z.union([room, z.null()]).describe('Null: every room of the application.'),
  until: time,
  message,
});

interface Operation {
  /** One sentence. */
  readonly summary: string;
  readonly params: z.ZodObject;
  readonly result: z.ZodObject;
  /** What it may answer beside the errors of every operation. */
  readonly errors?: readonly ExtensionErrorCode[];
}

/** Every operation of ours: name -> what it takes and answers. */
export const EXTENSIONS = {
  listRooms: {
    summary: 'Lists the rooms that are open now, in the order of their ids.',
    params: z.strictObject({
      sdkAppId,
      after: z.string().optional().describe('`next` of the page before.'),
      limit,
    }),
    result: z.object({
      rooms: z.array(
        z.object({
          room,
          scene: z.number().int().describe('TRTCAppScene.'),
          createdBy: userId,
          createdAt: time,
          members: z
            .number()
            .int()
            .describe('Who may publish: everybody in a call, the anchors of a live room.'),
          audience: z.number().int(),
        }),
      ),
      next: z.string().nullable().describe('Null: there are no more.'),
    }),
  },
  listMembers: {
    summary: 'Lists who is in a room now, in the order of their ids, audience of live rooms included.',
    params: z.strictObject({
      sdkAppId,
      room,
      after: userId.optional().describe('The last user of the page before.'),
      limit,
    }),
    result: z.object({
      members: z.array(member),
      next: userId.nullable().describe('Null: there are no more.'),
    }),
    errors: ['FailedOperation.RoomNotExist'],
  },
  removeUsers: {
    summary:
      'Removes users from a room, as RemoveUser does, with a reason that they are told, and keeps them out for a time.',
    params: z.strictObject({
      sdkAppId,
      room,
      userIds: z.array(userId).min(1).max(MAX_USERS),
      message: message.default(''),
      blockSeconds: z
        .number()
        .int()
        .min(0)
        .max(YEAR_SECONDS)
        .default(0)
        .describe(
          'How long they may not enter that room again, whether it exists now or not; 0: they may at once.',
        ),
    }),
    result: z.object({ ended: z.number().int().describe('How many were in the room, and know it now.') }),
    errors: ['FailedOperation.RoomNotExist'],
  },
  blockEntry: {
    summary: 'Keeps a user from entering for a time. Who is in the room stays: remove it afterwards.',
    params: z.strictObject({
      sdkAppId,
      room: z.union([room, z.null()]).describe('Null: every room of the application.'),
      userId,
      seconds: z.number().int().min(1).max(YEAR_SECONDS),
      message: message.default(''),
    }),
    result: z.object({ until: time }),
  },
  unblockEntry: {
    summary: 'Lets a user enter again.',
    params: z.strictObject({ sdkAppId, room: z.union([room, z.null()]), userId }),
    result: z.object({ wasBlocked: z.boolean() }),
  },
  listEntryBlocks: {
    summary: 'Lists who may not enter now, those first whose block ends first.',
    params: z.strictObject({
      sdkAppId,
      after: z.string().optional().describe('`next` of the page before.'),
      limit,
    }),
    result: z.object({
      blocks: z.array(entryBlock),
      next: z.string().nullable().describe('Null: there are no more.'),
    }),
  },
  listDeadLetters: {
    summary: 'Lists event callbacks that could not be delivered, in the order in which they happened.',
    params: z.strictObject({
      sdkAppId,
      after: z.number().int().min(0).default(0).describe('The last position of the page before.'),
      limit,
    }),
    result: z.object({ letters: z.array(deadLetter) }),
  },
  replayDeadLetters: {
    summary: 'Delivers dead letters again, all or some, before what came later in their rooms.',
    params: z.strictObject({ sdkAppId, ids: z.array(keepable).min(1).max(MAX_PAGE).optional() }),
    result: z.object({ replayed: z.number().int() }),
    errors: ['InvalidParameterValue'],
  },
  testCallback: {
    summary: 'Posts two events to the receiver of an application, and says what it answered.',
    params: z.strictObject({ sdkAppId }),
    result: z.object({
      delivered: z.boolean(),
      url: z.string(),
      status: z.number().int().nullable().describe('Null: there was no answer.'),
      error: z.string().nullable(),
      took: z.number().int().describe('Milliseconds.'),
      body: z.string(),
    }),
    errors: ['InvalidParameterValue'],
  },
} as const satisfies Record<string, Operation>;

export type ExtensionName = keyof typeof EXTENSIONS;
/** What a caller gives: what has a default may be left out. */
export type ExtensionInput<N extends ExtensionName> = z.input<(typeof EXTENSIONS)[N]['params']>;
export type ExtensionParams<N extends ExtensionName> = z.output<(typeof EXTENSIONS)[N]['params']>;
export type ExtensionResult<N extends ExtensionName> = z.output<(typeof EXTENSIONS)[N]['result']>;

/** Every error that an operation may answer. */
export function errorsOf(name: ExtensionName): readonly ExtensionErrorCode[] {
  const { errors = [] }: Operation = EXTENSIONS[name];
  return [...COMMON_EXTENSION_ERRORS, ...errors];
}

/** What a request that could not be done is answered with. `code` is one of `EXTENSION_ERRORS`, or of a newer server. */
export const extensionErrorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
