import type { Clock } from '@rotunda/base';
import { TRTC_ERRORS, roomNameSchema, sdkAppIdSchema, userIdSchema } from '@rotunda/protocol';
import { CLOUD_API_VERSION } from '@rotunda/protocol/cloudapi';
import type { FastifyPluginCallback } from 'fastify';
import { z } from 'zod';
import type { App, AppRegistry } from '../auth/apps.ts';
import type { SignedRequest } from '../auth/cloudapi-request.ts';
import type { Permissions } from '../auth/permissions.ts';
import { signTc3 } from '../auth/tc3.ts';
import type { Tickets } from '../auth/tickets.ts';
import type { CloudApi, Envelope } from '../cloudapi/cloud-api.ts';
import { devRefusal } from './guard.ts';

/** Lifetime of a ticket for trying things out, in seconds. */
const TICKET_SECONDS = 24 * 60 * 60;
const MAX_BODY_BYTES = 64 * 1024;

const ticketQuery = z.object({
  userId: userIdSchema,
  sdkAppId: z.string().regex(/^\d+$/).transform(Number).pipe(sdkAppIdSchema).optional(),
  roomId: z.string().regex(/^\d+$/).transform(Number).optional(),
  strRoomId: z.string().optional(),
});
const actionParams = z.object({ action: z.string().regex(/^[A-Za-z0-9]{1,64}$/) });
const appOfBody = z.object({ SdkAppId: z.number() });

export interface DevModeContext {
  readonly apps: AppRegistry;
  readonly tickets: Tickets;
  readonly permissions: Pick<Permissions, 'issue'>;
  readonly cloudApi: CloudApi;
  readonly clock: Clock;
}

/**
 * What a page needs for trying things out, without any key in the page: `GET /dev/usersig` makes a ticket, and with `roomId` or
 * `strRoomId` also a permission ticket if the application requires them;
 * `POST /dev/cloudapi/{Action}` signs a call with this server's own key and runs it. Only for this machine.
 */
export function devModeRoutes(context: DevModeContext): FastifyPluginCallback {
  return (app, _options, done) => {
    app.addHook('onRequest', async (request, reply) => {
      const refusal = devRefusal(request);
      reply.header('cache-control', 'no-store');
      return refusal === null ? undefined : reply.code(403).send({ error: refusal });
    });

    app.get('/dev/usersig', (request, reply) => {
      const query = ticketQuery.safeParse(request.query);
      if (!query.success)
        return reply.code(400).send({ error: `give userId, and sdkAppId if you like: ${text(query.error)}` });
      const sdkAppId = query.data.sdkAppId ?? firstApp(context.apps).sdkAppId;
      const { userId } = query.data;
      const userSig = context.tickets.issue({ sdkAppId, userId, expireSeconds: TICKET_SECONDS });
      if (userSig === null) return reply.code(404).send({ error: TRTC_ERRORS.ERR_APPID_UNKNOWN.message });
      const { roomId, strRoomId } = query.data;
      const room = roomNameSchema.safeParse(roomId === undefined ? { strRoomId } : { roomId }).data;
      const wanted = room && { sdkAppId, userId, room, expireSeconds: TICKET_SECONDS };
      const privateMapKey = wanted ? context.permissions.issue(wanted) : null;
      return reply.send({ sdkAppId, userId, userSig, ...(privateMapKey === null ? {} : { privateMapKey }) });
    });

    app.post('/dev/cloudapi/:action', { bodyLimit: MAX_BODY_BYTES }, async (request, reply) => {
      const params = actionParams.safeParse(request.params);
      if (!params.success) return reply.code(400).send({ error: 'this is not the name of an action' });
      return reply.send(await callCloudApi(context, params.data.action, request.body));
    });
    done();
  };
}

function callCloudApi(context: DevModeContext, action: string, parameters: unknown): Promise<Envelope> {
  const wanted = appOfBody.safeParse(parameters).data?.SdkAppId;
  const app = (wanted === undefined ? undefined : context.apps.find(wanted)) ?? firstApp(context.apps);
  const [key] = app.cloudApi;
  if (!key) throw new Error(`the app ${app.sdkAppId} has no Cloud API key pair`);
  // A call without SdkAppId is for the first application, which is the only one in development.
  const given = z.record(z.string(), z.unknown()).safeParse(parameters ?? {}).data;
  const body = Buffer.from(JSON.stringify(given ? { SdkAppId: app.sdkAppId, ...given } : parameters));
  const headers = signTc3({
    action,
    version: CLOUD_API_VERSION,
    host: 'localhost',
    body,
    key,
    nowSeconds: context.clock.now() / 1000,
  });
  const signed: SignedRequest = { method: 'POST', path: '/', query: '', headers, body };
  return context.cloudApi.handle(signed);
}

function firstApp(apps: AppRegistry): App {
  const [app] = apps.all;
  if (!app) throw new Error('no app is configured');
  return app;
}

function text(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
}
