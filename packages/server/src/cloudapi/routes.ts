import type {
  FastifyError,
  FastifyInstance,
  FastifyPluginCallback,
  FastifyReply,
  FastifyRequest,
} from 'fastify';
import { errorEnvelope, type CloudApi, type Envelope } from './cloud-api.ts';
import { toJson } from './json-answer.ts';
import { INTERNAL_ERROR, MALFORMED_REQUEST } from './refusals.ts';
import { splitUrl, toSigned } from './signed-request.ts';

/** The largest signed POST, in bytes (docs/trtc.md 5.1). */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** Whether a `GET /` is meant for the Cloud API rather than for the page. */
export function isCloudApiGet(request: FastifyRequest): boolean {
  if (request.method !== 'GET') return false;
  const { path, query } = splitUrl(request.raw.url);
  if (path !== '/') return false;
  return request.headers['x-tc-action'] !== undefined || new URLSearchParams(query).has('Action');
}

/** What `http.createServer` has to take for the largest GET (docs/trtc.md 5.1), other headers included. */
export const MAX_HEADER_BYTES = 64 * 1024;

/**
 * `POST /` and the GETs of {@link isCloudApiGet}. Every answer has status 200, also that to a broken request, because
 * the official SDKs read no error from any other. Register it before the routes that serve the page.
 */
export function cloudApiRoutes(cloudApi: CloudApi): FastifyPluginCallback {
  const plugin: FastifyPluginCallback = (app, _options, done) => {
    app.addHook('onRequest', async (request, reply) => {
      if (isCloudApiGet(request)) return answer(reply, request, await cloudApi.handle(toSigned(request)));
      return undefined;
    });
    app.register((scope, _scopeOptions, scopeDone) => {
      addRoutes(scope, cloudApi);
      scopeDone();
    });
    done();
  };
  // The hook is for the whole server: GET / belongs to the page and to the Cloud API.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true });
}

function addRoutes(scope: FastifyInstance, cloudApi: CloudApi): void {
  // The signature is over the bytes as sent, whatever their type.
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body));
  scope.setErrorHandler((error: FastifyError, request, reply) =>
    answer(reply, request, fromHttpError(error)),
  );
  scope.post('/', { bodyLimit: MAX_BODY_BYTES }, async (request, reply) =>
    answer(reply, request, await cloudApi.handle(toSigned(request))),
  );
  scope.route({
    method: ['PUT', 'PATCH', 'DELETE'],
    url: '/',
    handler: (request, reply) =>
      answer(
        reply,
        request,
        errorEnvelope({ code: 'UnsupportedProtocol', message: 'Only GET and POST are supported.' }),
      ),
  });
}

async function answer(
  reply: FastifyReply,
  request: FastifyRequest,
  envelope: Envelope,
): Promise<FastifyReply> {
  const traceId = request.headers['x-tc-traceid'];
  if (typeof traceId === 'string' && /^[\w-]{1,64}$/.test(traceId)) reply.header('x-tc-traceid', traceId);
  const body = await toJson({ ...envelope });
  return reply.code(200).type('application/json; charset=utf-8').send(body);
}

function fromHttpError(error: FastifyError): Envelope {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return errorEnvelope({
      code: 'RequestSizeLimitExceeded',
      message: `The request body has more than ${MAX_BODY_BYTES} bytes.`,
    });
  if (error.statusCode !== undefined && error.statusCode < 500) return errorEnvelope(MALFORMED_REQUEST);
  return errorEnvelope(INTERNAL_ERROR);
}
