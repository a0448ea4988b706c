import type { RequestMethod, RequestParams, RequestResult } from '@rotunda/protocol';
import type { SignallingContext } from './context.ts';
import { connectRoom, disconnectRoom } from './cross-room.ts';
import { sendCustomMessage } from './custom-messages.ts';
import { updatePermission } from './permission.ts';
import { mute, publish, unpublish } from './publishing.ts';
import { reportQuality } from './quality.ts';
import { switchRole } from './role.ts';
import type { Session } from './session.ts';
import { subscribe } from './subscribing.ts';

/** Requests of somebody who is in a room and stays there. */
export type RoomMethod = Exclude<
  RequestMethod,
  'enter' | 'resume' | 'switchRoom' | 'speedTest' | 'speedTestFill' | 'speedTestReport'
>;

type Handlers = {
  [M in RoomMethod]: (
    context: SignallingContext,
    session: Session,
    params: RequestParams<M>,
  ) => Promise<RequestResult<M>>;
};

/** One table: what each request of a member does. Parameters have been checked against the protocol's schemas. */
export const ROOM_REQUESTS: Handlers = {
  exit: async (context, session) => {
    await leaveRoom(context, session, 'exited');
    return {};
  },

  switchRole,
  updatePermission,
  publish,
  unpublish: (context, session, { source }) => unpublish(context, session, source),
  mute,

  connectTransport: async (_context, session, { transportId, dtlsParameters }) => {
    await session.media.connectTransport(transportId, dtlsParameters);
    return {};
  },

  restartIce: async (_context, session, { transportId }) => ({
    iceParameters: await session.media.restartIce(transportId),
  }),

  subscribe,

  resumeConsumer: async (_context, session, { consumerId }) => {
    await session.media.resumeConsumer(consumerId);
    return {};
  },

  setLayer: async (_context, session, { consumerId, layer }) => {
    await session.media.setLayer(consumerId, layer);
    return {};
  },

  unsubscribe: async (_context, session, { consumerId }) => {
    session.media.unsubscribe(consumerId);
    return {};
  },

  customMessage: async (context, session, message) => {
    sendCustomMessage(context, session, message);
    return {};
  },

  connectRoom,
  disconnectRoom,

  quality: async (context, session, report) => reportQuality(context, session, report),
};

/**
 * A stay ends by what its own client did: at once for the client, whose link is let go without a word, and when it is in
 * the room log for the others. Safe to repeat.
 */
export async function leaveRoom(
  context: SignallingContext,
  session: Session,
  reason: 'exited' | 'pageClosed' | 'protocolError',
): Promise<void> {
  context.endings.record(session.stay.sessionId, { reason });
  if (session.link) session.detach(session.link);
  await context.writer.leave(session.stay, reason);
  context.directory.end(session, reason, { tell: false });
}
