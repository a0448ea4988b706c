import type { Clock, Log } from '@rotunda/base';
import { CloudApiError, type CloudApiErrorCode } from '@rotunda/protocol/cloudapi';
import { EXTENSIONS, EXTENSIONS_PATH, type ExtensionName } from '@rotunda/protocol/extensions';
import type { FastifyError, FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { AppRegistry } from '../auth/apps.ts';
import { verifyTc3 } from '../auth/tc3.ts';
import type { RateLimiter } from '../cloudapi/rate-limiter.ts';
import { toRefusal, type Refusal } from '../cloudapi/refusals.ts';
import { openApiDocument } from './openapi.ts';
import { OPERATIONS, type ExtensionContext } from './operations.ts';

const MAX_BODY_BYTES = 256 * 1024;

export interface ExtensionRoutesOptions {
  readonly apps: AppRegistry;
  readonly limiter: RateLimiter;
  readonly context: ExtensionContext;
  /** The time of day, which requests are signed with. */
  readonly clock: Clock;
  readonly log: Log;
}

/** `POST /rotunda/v1/<operation>`, signed with the key pairs of the Cloud API, and the document that describes them. */
export function extensionRoutes(options: ExtensionRoutesOptions): FastifyPluginCallback {
  const document = openApiDocument();
  return (scope, _options, done) => {
    // The signature is over the bytes as sent.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body));
    scope.setErrorHandler((error: FastifyError, _request, reply) =>
      refuse(reply, toHttpRefusal(error, options.log)),
    );
    scope.get(`${EXTENSIONS_PATH}openapi.json`, () => document);
    for (const name of Object.keys(EXTENSIONS) as ExtensionName[])
      scope.post(`${EXTENSIONS_PATH}${name}`, { bodyLimit: MAX_BODY_BYTES }, (request) =>
        perform(name, request, options),
      );
    done();
  };
}

async function perform(
  name: ExtensionName,
  request: FastifyRequest,
  { apps, limiter, context, clock, log }: ExtensionRoutesOptions,
): Promise<object> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const [path = '', query = ''] = (request.raw.url ?? '').split('?', 2);
  const signed = { method: request.method, path, query, headers: request.headers, body };
  const { secretId, sdkAppIds } = verifyTc3(signed, apps, clock.now() / 1_000);
  limiter.admit({ secretId, action: `rotunda ${name}`, limit: null });
  const params = readParams(EXTENSIONS[name].params, body);
  if (!sdkAppIds.has(params.sdkAppId))
    throw new CloudApiError(
      'UnauthorizedOperation.SdkAppId',
      'The key pair does not belong to this sdkAppId.',
    );
  // Each operation gets what its own schema has read.
  const run = OPERATIONS[name] as (given: unknown, on: ExtensionContext) => Promise<object>;
  const result = await run(params, context);
  log.info(
    { operation: name, secretId, sdkAppId: params.sdkAppId },
    'an operation of the extensions was done',
  );
  return result;
}

/** @throws CloudApiError InvalidParameter, which names all that is wrong */
function readParams<T extends z.ZodType<{ sdkAppId: number }>>(schema: T, body: Buffer): z.output<T> {
  const read = schema.safeParse(parseJson(body));
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => `${path.join('.') || 'the body'}: ${message}`);
  throw new CloudApiError('InvalidParameter', faults.join('; '));
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new CloudApiError('InvalidParameter', 'The request body is not valid JSON.');
  }
}

/** An answer with an error. */
interface HttpRefusal extends Refusal {
  readonly status: number;
}

function toHttpRefusal(error: FastifyError, log: Log): HttpRefusal {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return {
      status: 413,
      code: 'RequestSizeLimitExceeded',
      message: `The body has more than ${MAX_BODY_BYTES} bytes.`,
    };
  if (error.statusCode !== undefined && error.statusCode < 500)
    return { status: error.statusCode, code: 'InvalidParameter', message: 'The HTTP request is malformed.' };
  const refusal = toRefusal(error);
  const status = statusOf(refusal.code);
  if (status === 500) log.error({ err: error }, 'an operation of the extensions failed');
  return { status, ...refusal };
}

function statusOf(code: CloudApiErrorCode): number {
  if (code.startsWith('AuthFailure')) return 401;
  if (code.startsWith('UnauthorizedOperation')) return 403;
  if (code === 'FailedOperation.RoomNotExist') return 404;
  if (code === 'RequestLimitExceeded') return 429;
  if (code === 'ServiceUnavailable') return 503;
  return code === 'InternalError' ? 500 : 400;
}

function refuse(reply: FastifyReply, { status, code, message }: HttpRefusal): FastifyReply {
  return reply.code(status).send({ error: { code, message } });
}
