import { CLOSE_CODES, LEAVE_PATH, leaveBodySchema } from '@rotunda/protocol';
import type { FastifyInstance } from 'fastify';
import type { SignallingContext } from './context.ts';
import { leaveRoom } from './requests.ts';

/**
 * `POST /v1/leave`: a closing page's beacon, or an SDK whose socket is dead. The resume token says whose stay it is. Answers
 * 204 also for a stay that is not here any more: it cannot come back after that. Pages of every origin may read the answer, so
 * that an SDK need not say it again: the token in the body is the credential, not the page.
 */
export function registerLeaveRoute(app: FastifyInstance, context: SignallingContext): void {
  app.post(LEAVE_PATH, { bodyLimit: 4096 }, async (request, reply) => {
    reply.header('access-control-allow-origin', '*');
    const body = leaveBodySchema.safeParse(parseBody(request.body));
    const claim = body.success ? context.resumeTokens.read(body.data.resumeToken) : null;
    if (!body.success || !claim) {
      return reply
        .code(400)
        .send({ error: 'send {"resumeToken": string, "cause": "exited" | "pageClosed"}' });
    }
    const session = context.directory.findLatest(claim.sessionId);
    const link = session?.link;
    if (session) await leaveRoom(context, session, body.data.cause);
    else context.endings.record(claim.sessionId, { reason: body.data.cause });
    link?.close(CLOSE_CODES.ended);
    return reply.code(204).send();
  });
}

/** Beacons can only send text/plain without a preflight request. */
function parseBody(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
