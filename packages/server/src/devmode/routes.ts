import type { Clock } from '@rotunda/base';
import { TRTC_ERRORS, sdkAppIdSchema, userIdSchema } from '@rotunda/protocol';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { AppRegistry } from '../auth/apps.ts';
import type { Tickets } from '../auth/tickets.ts';
import type { CloudApi } from '../cloudapi/cloud-api.ts';
import { devRefusal } from './guard.ts';
import { signedCall } from './sign.ts';

/** Lifetime of a ticket for trying things out, in seconds. */
const TICKET_SECONDS = 24 * 60 * 60;
const MAX_BODY_BYTES = 64 * 1024;

const ticketQuery = z.object({
  userId: userIdSchema,
  sdkAppId: z.string().regex(/^\d+$/).transform(Number).pipe(sdkAppIdSchema).optional(),
});
const actionParams = z.object({ action: z.string().regex(/^[A-Za-z0-9]{1,64}$/) });
const callBody = z.record(z.string(), z.unknown());

export interface DevModeTools {
  readonly apps: AppRegistry;
  readonly tickets: Tickets;
  readonly cloudApi: CloudApi;
  readonly clock: Clock;
}

/**
 * Development mode: tickets for anybody, and Cloud API calls signed by the server, so that no key reaches a page. Only
 * for pages of this very server, opened on this very machine.
 */
export function registerDevMode(app: FastifyInstance, tools: DevModeTools): void {
  app.register(
    (scope, _options, done) => {
      scope.addHook('onRequest', async (request, reply) => {
        reply.header('cache-control', 'no-store');
        const refusal = devRefusal(request);
        return refusal === null ? undefined : reply.code(403).send({ error: refusal });
      });
      addTickets(scope, tools);
      addCloudApi(scope, tools);
      done();
    },
    { prefix: '/dev' },
  );
}

function addTickets(scope: FastifyInstance, { apps, tickets }: DevModeTools): void {
  scope.get('/usersig', (request, reply) => {
    const query = ticketQuery.safeParse(request.query);
    if (!query.success)
      return reply.code(400).send({ error: `give userId, and sdkAppId if you like: ${text(query.error)}` });
    const { userId } = query.data;
    const sdkAppId = query.data.sdkAppId ?? apps.all[0]?.sdkAppId ?? 0;
    const userSig = tickets.issue({ sdkAppId, userId, expireSeconds: TICKET_SECONDS });
    if (userSig === null) return reply.code(404).send({ error: TRTC_ERRORS.ERR_APPID_UNKNOWN.message });
    return reply.send({ sdkAppId, userId, userSig });
  });
}

/** A call without SdkAppId is for the first application, which is the only one in development. */
function addCloudApi(scope: FastifyInstance, { apps, cloudApi, clock }: DevModeTools): void {
  scope.post('/cloudapi/:action', { bodyLimit: MAX_BODY_BYTES }, async (request, reply) => {
    const params = actionParams.safeParse(request.params);
    if (!params.success) return reply.code(400).send({ error: 'this is not the name of an action' });
    const parameters = callBody.safeParse(request.body ?? {});
    if (!parameters.success) return reply.code(400).send({ error: 'the body must be a JSON object' });
    const wanted = parameters.data['SdkAppId'];
    const app = wanted === undefined ? apps.all[0] : apps.find(Number(wanted));
    const key = app?.cloudApi[0];
    if (!app || !key) return reply.code(404).send({ error: 'that SdkAppId has no Cloud API key pair here' });
    const body = JSON.stringify({ SdkAppId: app.sdkAppId, ...parameters.data });
    const call = { action: params.data.action, body, key, nowMs: clock.now() };
    return reply.send(await cloudApi.handle(signedCall(call)));
  });
}

function text(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
}
