import * as z from 'zod/mini';
import { MAX_BACKEND_MESSAGE } from '../backend-message.ts';
import { entryBlockSchema } from '../entry-block.ts';
import { LEAVE_REASON_NAMES } from '../leave-reasons.ts';
import { timersSchema } from '../timers.ts';
import { EVENTS, type EventName } from './events.ts';
import { rtpCapabilitiesSchema } from './media.ts';

/** The protocol versions that this build speaks, newest last. */
export const PROTOCOL_VERSIONS = [1] as const;
/** Path of the WebSocket and of the leave request. */
export const SIGNAL_PATH = '/v1/signal';
export const LEAVE_PATH = '/v1/leave';
/** The largest frame that the server accepts of a client, in bytes. Snapshots of full rooms may be larger. */
export const MAX_FRAME_BYTES = 64 * 1024;

/**
 * Private WebSocket close codes (RFC 6455 section 7.4.2). A client that gets one of these must not return with the same stay;
 * after any other code it may.
 */
export const CLOSE_CODES = {
  /** The stay ended; the client knows the reason from `ended` or from the answer to its request. */
  ended: 4000,
  /** The client broke the protocol: malformed frames, or too many. Its stay is over, as after 1009 (too large). */
  protocolError: 4001,
  /** The stay went on on a newer socket. */
  superseded: 4002,
  /** The client does not read what it is sent. Resuming is allowed. */
  tooSlow: 4003,
} as const;

/** JSON text frames of a client. `n` of an `ack` repeats that of the event; a `pong` repeats the ping's. */
export const clientFrameSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('request'),
    id: z.int().check(z.minimum(0), z.maximum(Number.MAX_SAFE_INTEGER)),
    method: z.string().check(z.maxLength(64)),
    params: z.unknown(),
  }),
  z.object({ type: z.literal('pong'), n: z.int() }),
  z.object({ type: z.literal('ack'), n: z.int() }),
]);
export type ClientFrame = z.infer<typeof clientFrameSchema>;

const eventNames = Object.keys(EVENTS) as [EventName, ...EventName[]];

/** JSON text frames of the server. `welcome` comes first, unasked. */
export const serverFrameSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('welcome'),
    versions: z.array(z.int()),
    routerRtpCapabilities: rtpCapabilitiesSchema,
    timers: timersSchema,
    iceServers: z.array(
      z.object({
        urls: z.array(z.string()),
        username: z.optional(z.string()),
        credential: z.optional(z.string()),
      }),
    ),
  }),
  z.object({ type: z.literal('response'), id: z.int(), result: z.unknown() }),
  z.object({
    type: z.literal('error'),
    id: z.int(),
    code: z.int(),
    message: z.string(),
    /** The stay of the request is over, and how. */
    ended: z.optional(z.enum(LEAVE_REASON_NAMES)),
    /** With `ended`: what the backend that removed the user tells it, a text. */
    removalMessage: z.optional(z.string().check(z.maxLength(MAX_BACKEND_MESSAGE))),
    /** Why an entry is refused with -102011. With `ended`, also: who was removed may not enter again for now. */
    entryBlock: z.optional(entryBlockSchema),
  }),
  z.object({
    type: z.literal('event'),
    name: z.enum(eventNames),
    data: z.unknown(),
    room: z.optional(z.object({ incarnation: z.string(), version: z.int() })),
    ack: z.optional(z.int()),
  }),
  z.object({ type: z.literal('ping'), n: z.int() }),
]);
export type ServerFrame = z.infer<typeof serverFrameSchema>;
export type WelcomeFrame = Extract<ServerFrame, { type: 'welcome' }>;
/** What a client is told of a request that could not be done. */
export type RefusalMessage = Omit<Extract<ServerFrame, { type: 'error' }>, 'type' | 'id'>;
