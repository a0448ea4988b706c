import * as z from 'zod/mini';
import { MAX_BACKEND_MESSAGE } from '../backend-message.ts';
import { blockedSchema } from '../blocked.ts';
import { entryBlockSchema } from '../entry-block.ts';
import { LEAVE_REASON_NAMES } from '../leave-reasons.ts';
import { transportSchema } from './media.ts';
import { customMessageSchema } from './messages.ts';
import { departedSchema, transportsSchema } from './requests.ts';
import { sourceSchema } from './sources.ts';

const stream = { userId: z.string(), sessionId: z.string(), source: sourceSchema, streamId: z.string() };

/**
 * Every event that a server sends unasked: name -> data.
 *
 * The first five are facts about the room and carry its (incarnation, version) in the frame; a client drops those that
 * are not newer than its snapshot. Before `userLeft` every stream of that user has had its `streamStopped`.
 */
export const EVENTS = {
  userEntered: z.object({ userId: z.string(), sessionId: z.string() }),
  userLeft: departedSchema,
  streamStarted: z.object({ ...stream, muted: z.boolean() }),
  streamStopped: z.object(stream),
  streamMuted: z.object({ ...stream, muted: z.boolean() }),
  /** A producer of the client itself was closed by the server, with the code for `onError`. */
  ownStreamStopped: z.object({
    source: sourceSchema,
    streamId: z.string(),
    code: z.number(),
    message: z.string(),
  }),
  /** The server closed a consumer, because its producer ended. */
  consumerClosed: z.object({ consumerId: z.string() }),
  /** A viewer cannot decode a stream: publish that source again as VP8. */
  republish: z.object({ source: sourceSchema, codec: z.literal('vp8') }),
  /**
   * What somebody receives of the client's own picture: `none`, the `small` layer only, or `all`, which is where a stream
   * begins. Layers that nobody receives need not be sent. `spare`: nobody receives that one at present, but viewers fall
   * back to it at once while it is sent, so that only a client that cannot send both well does without it.
   */
  layersWanted: z.object({
    source: sourceSchema,
    streamId: z.string(),
    layers: z.enum(['none', 'small', 'all']),
    spare: z.optional(z.literal('small')),
  }),
  /** The media worker was replaced: make these transports and publish and subscribe again. */
  mediaReset: z.object({ transports: transportsSchema }),
  /** The receive transport was of no use any more: make this one in its place and subscribe again. */
  receiveReset: z.object({ recv: transportSchema }),
  /** Another member sent a message. Not a fact about the room: it is not kept for who is away. */
  customMessage: z.extend(customMessageSchema, { userId: z.string(), sessionId: z.string() }),
  /** A newer token to return with, in place of the one that the client has: tokens expire. */
  resumeToken: z.object({ resumeToken: z.string() }),
  /** What a backend keeps the client from sending from here on: nobody gets it, whether it is published or not. */
  blocked: blockedSchema,
  /**
   * The stay is over. `message`: what the backend that ended it tells the user, a text. `entryBlock`: who was removed may not enter
   * again for now. Sent with an `ack` number; nothing follows it.
   */
  ended: z.object({
    reason: z.enum(LEAVE_REASON_NAMES),
    message: z.optional(z.string().check(z.maxLength(MAX_BACKEND_MESSAGE))),
    entryBlock: z.optional(entryBlockSchema),
  }),
} as const;

export type EventName = keyof typeof EVENTS;
export type EventData<N extends EventName> = z.infer<(typeof EVENTS)[N]>;
