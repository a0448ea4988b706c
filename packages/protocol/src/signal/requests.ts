import * as z from 'zod/mini';
import { blockedSchema } from '../blocked.ts';
import { roomNameSchema, sdkAppIdSchema, userIdSchema } from '../ids.ts';
import {
  consumerSchema,
  dtlsParametersSchema,
  iceParametersSchema,
  rtpCapabilitiesSchema,
  rtpParametersSchema,
  transportSchema,
} from './media.ts';
import { customMessageSchema, messageMarkSchema } from './messages.ts';
import { qualityAnswerSchema, qualityReportSchema } from './quality.ts';
import { layerSchema, sourceSchema } from './sources.ts';
import { speedReportSchema, speedTestParamsSchema } from './speed-test.ts';

const id = z.string().check(z.minLength(1), z.maxLength(64));
const scene = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]);
const role = z.union([z.literal(20), z.literal(21)]);

/** A stream of a member: `streamId` is the server's producer id and new for each publication. */
export const streamSchema = z.object({ source: sourceSchema, streamId: z.string(), muted: z.boolean() });
export type StreamMessage = z.infer<typeof streamSchema>;

export const memberSchema = z.object({
  userId: z.string(),
  sessionId: z.string(),
  streams: z.array(streamSchema),
});
export type MemberMessage = z.infer<typeof memberSchema>;

const peerLeaveReason = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]);

/** Somebody who was announced and has left, with the reason as `onRemoteUserLeaveRoom` tells it. */
export const departedSchema = z.object({
  userId: z.string(),
  sessionId: z.string(),
  reason: peerLeaveReason,
});
export type DepartedMessage = z.infer<typeof departedSchema>;

/** `send` only for those who may publish. */
export const transportsSchema = z.object({ send: z.optional(transportSchema), recv: transportSchema });
export type TransportsMessage = z.infer<typeof transportsSchema>;

/**
 * The room as one member may see it, at one version. `members` are those who were announced, without the member
 * itself; `ownStreams` is what the server holds of the member's own, muted if the member muted it; `blocked` is what a backend
 * keeps the member from sending. `transports` is absent when the client's are
 * still good. `resumeToken` replaces any earlier one. `left`, in answer to `resume`, says why those who were announced
 * before left, as far as it is known; whoever is missing without a word is gone like somebody who timed out.
 */
export const snapshotSchema = z.object({
  sessionId: z.string(),
  resumeToken: z.string(),
  incarnation: z.string(),
  version: z.int(),
  role,
  members: z.array(memberSchema),
  ownStreams: z.array(streamSchema),
  blocked: blockedSchema,
  left: z.optional(z.array(departedSchema)),
  transports: z.optional(transportsSchema),
  /** What the members have sent so far, so that a client knows what it missed while it was away. */
  messages: z.optional(z.array(messageMarkSchema)),
});
export type SnapshotMessage = z.infer<typeof snapshotSchema>;

const ticket = {
  sdkAppId: sdkAppIdSchema,
  userId: userIdSchema,
  userSig: z.string().check(z.maxLength(4096)),
};

const privateMapKey = z.string().check(z.maxLength(4096));

/** What a client says of itself. */
const client = z.optional(
  z.object({ sdk: z.string().check(z.maxLength(64)), version: z.string().check(z.maxLength(64)) }),
);

const enterParams = z.object({
  ...ticket,
  privateMapKey: z.optional(privateMapKey),
  room: roomNameSchema,
  scene,
  role,
  rtpCapabilities: rtpCapabilitiesSchema,
  client,
});

const empty = z.object({});

/**
 * Every request: name -> params and result. Each is answered once; changes of what a stay publishes are done one after the
 * other, other requests may be answered in any order.
 *
 * - `enter`: a new stay. `resume`: the same stay on a new socket; if it had timed out or the server was restarted, a
 *   new stay that continues it (then `transports` is present and nothing is published yet). Refused with the reason
 *   in `ended` when the stay had ended for good.
 * - `exit`: ends the stay, and with the answer the socket. The client may close it at once; the leave counts.
 * - `switchRoom`: leaves for another room of the same id kind, with the same scene and role: a new stay with new transports,
 *   of which `exit` and the rest speak from then on. The others in the old room are told before those in the new one. Refused
 *   without `ended`: the old stay goes on. With `ended`: it had ended another way, or (`switchedRoom`) it was left and the new
 *   room turned the user away at the last moment.
 * - `switchRole`: `send` is the transport to publish on, for a new anchor.
 * - `updatePermission`: a newer permission ticket, where the application requires them. What it does not allow any more ends.
 *
 * Where permission tickets are required, a new anchor must show one that is valid, and so must whoever shows another one than the stay
 * has: refused with -100006, and then the stay ends as `permissionLost`. `enter`, `switchRoom` and a `resume` that is a new stay need
 * one too, `connectRoom` one of the other room; those are only refused. A stay keeps what it may do across lost links.
 *
 * - `publish`: `rtpParameters` as the client's transport produced them. `unpublish` and `mute` go by source.
 * - `subscribe`: the consumer is paused until `resumeConsumer`, so that the first key frame is not lost.
 * - `restartIce`: new ICE parameters for a transport whose path was lost.
 * - `connectRoom`: links the stay, of an anchor, with an anchor of another room of the same application, so that each is seen in
 *   the other's room as a member. Also confirmed when they are linked.
 * - `disconnectRoom`: ends all links of the stay, whoever asked for them.
 * - `customMessage`: to everybody else in the room, from those who may publish. In the order sent; a number that was
 *   sent before is confirmed again and not passed on.
 * - `speedTest`: outside of rooms, on a socket of its own: opens the path of a speed test, which ends with the socket; answered with where it goes. `speedTestFill`: fills the way
 *   to the client, once; answered when all has been sent. `speedTestReport`: what has come so far.
 * - `quality`: how good the client's path is, every two seconds; answered with what others said of theirs.
 */
export const REQUESTS = {
  enter: { params: enterParams, result: snapshotSchema },
  resume: {
    params: z.object({
      resumeToken: z.string().check(z.minLength(1), z.maxLength(2048)),
      userSig: z.string().check(z.maxLength(4096)),
      privateMapKey: z.optional(privateMapKey),
      rtpCapabilities: rtpCapabilitiesSchema,
      role,
      client,
    }),
    result: snapshotSchema,
  },
  exit: { params: empty, result: empty },
  switchRoom: {
    params: z.object({
      room: roomNameSchema,
      userSig: z.string().check(z.maxLength(4096)),
      privateMapKey: z.optional(privateMapKey),
      rtpCapabilities: rtpCapabilitiesSchema,
    }),
    result: snapshotSchema,
  },
  switchRole: {
    params: z.object({ role, privateMapKey: z.optional(privateMapKey) }),
    result: z.object({ send: z.optional(transportSchema) }),
  },
  updatePermission: { params: z.object({ privateMapKey }), result: empty },
  connectTransport: {
    params: z.object({ transportId: id, dtlsParameters: dtlsParametersSchema }),
    result: empty,
  },
  restartIce: {
    params: z.object({ transportId: id }),
    result: z.object({ iceParameters: iceParametersSchema }),
  },
  publish: {
    params: z.object({
      transportId: id,
      source: sourceSchema,
      rtpParameters: rtpParametersSchema,
      muted: z.boolean(),
    }),
    result: z.object({ streamId: z.string() }),
  },
  unpublish: { params: z.object({ source: sourceSchema }), result: empty },
  mute: { params: z.object({ source: sourceSchema, muted: z.boolean() }), result: empty },
  subscribe: {
    params: z.object({ userId: userIdSchema, source: sourceSchema, layer: layerSchema }),
    result: consumerSchema,
  },
  resumeConsumer: { params: z.object({ consumerId: id }), result: empty },
  setLayer: { params: z.object({ consumerId: id, layer: layerSchema }), result: empty },
  unsubscribe: { params: z.object({ consumerId: id }), result: empty },
  connectRoom: {
    params: z.object({
      room: roomNameSchema,
      userId: userIdSchema,
      privateMapKey: z.optional(privateMapKey),
    }),
    result: empty,
  },
  disconnectRoom: { params: empty, result: empty },
  customMessage: { params: customMessageSchema, result: empty },
  quality: { params: qualityReportSchema, result: qualityAnswerSchema },
  speedTest: { params: z.extend(speedTestParamsSchema, ticket), result: transportSchema },
  speedTestFill: { params: empty, result: empty },
  speedTestReport: { params: empty, result: speedReportSchema },
} as const;

export type RequestMethod = keyof typeof REQUESTS;
export type RequestParams<M extends RequestMethod> = z.infer<(typeof REQUESTS)[M]['params']>;
export type RequestResult<M extends RequestMethod> = z.infer<(typeof REQUESTS)[M]['result']>;

/** Body of `POST /v1/leave`: what a closing page sends by beacon, or an SDK whose socket is dead. */
export const leaveBodySchema = z.object({
  resumeToken: z.string().check(z.minLength(1), z.maxLength(2048)),
  cause: z.enum(['exited', 'pageClosed']),
});
export type LeaveBody = z.infer<typeof leaveBodySchema>;
