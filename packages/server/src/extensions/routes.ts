import type { Clock, Log } from '@rotunda/base';
import { CloudApiError, type CloudApiErrorCode } from '@rotunda/protocol/cloudapi';
import {
  EXTENSIONS,
  EXTENSIONS_PATH,
  EXTENSIONS_SERVICE,
  EXTENSION_ERRORS,
  type ExtensionErrorCode,
  type ExtensionName,
} from '@rotunda/protocol/extensions';
import { TC3_ALGORITHM } from '@rotunda/protocol/tc3';
import type {
  FastifyError,
  FastifyInstance,
  FastifyPluginCallback,
  FastifyReply,
  FastifyRequest,
} from 'fastify';
import type { z } from 'zod';
import type { AppRegistry } from '../auth/apps.ts';
import { verifyTc3 } from '../auth/tc3.ts';
import { parseJson } from '../cloudapi/json-body.ts';
import type { RateLimiter } from '../cloudapi/rate-limiter.ts';
import { INTERNAL_ERROR, MALFORMED_REQUEST, toRefusal, type Refusal } from '../cloudapi/refusals.ts';
import { splitUrl, toSigned } from '../cloudapi/signed-request.ts';
import { openApiDocument } from './openapi.ts';
import { OPERATIONS, type ExtensionContext } from './operations.ts';

const MAX_BODY_BYTES = 256 * 1024;
const DOCUMENT = 'openapi.json';

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
  return (scope, _options, done) => {
    scope.register(
      (inner, _inner, innerDone) => {
        addRoutes(inner, options);
        innerDone();
      },
      { prefix: EXTENSIONS_PATH },
    );
    done();
  };
}

/** Below {@link EXTENSIONS_PATH}. */
function addRoutes(scope: FastifyInstance, options: ExtensionRoutesOptions): void {
  const document = openApiDocument();
  // The signature is over the bytes as sent.
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body));
  scope.setErrorHandler((error: FastifyError, _request, reply) =>
    refuse(reply, toRefusalOfOurs(error, options.log)),
  );
  scope.get(DOCUMENT, () => document);
  for (const name of Object.keys(EXTENSIONS) as ExtensionName[])
    scope.post(name, { bodyLimit: MAX_BODY_BYTES }, (request) => perform(name, request, options));
  // Before the page, which takes every other path; the second is for methods that the router does not know.
  scope.all('*', { bodyLimit: MAX_BODY_BYTES }, refuseOther);
  scope.setNotFoundHandler(refuseOther);
}

async function perform(
  name: ExtensionName,
  request: FastifyRequest,
  { apps, limiter, context, clock, log }: ExtensionRoutesOptions,
): Promise<object> {
  const signed = toSigned(request);
  const { secretId, sdkAppIds } = verifyTc3(signed, {
    apps,
    nowSeconds: clock.now() / 1_000,
    service: EXTENSIONS_SERVICE,
  });
  limiter.admit({ secretId, action: name, limit: null });
  const params = readParams(EXTENSIONS[name].params, signed.body);
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

/** Answers what is no operation: an unknown path, or another method than that of the path. */
export function refuseOther(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { path } = splitUrl(request.raw.url);
  const methods = methodsOf(path.slice(EXTENSIONS_PATH.length));
  if (methods === null)
    return refuse(reply, { code: 'InvalidAction', message: 'There is no operation of this name.' });
  const message = `Only ${methods} is supported here.`;
  return refuse(reply.header('allow', methods), { code: 'UnsupportedProtocol', message });
}

function methodsOf(name: string): string | null {
  if (name === DOCUMENT) return 'GET, HEAD';
  return Object.hasOwn(EXTENSIONS, name) ? 'POST' : null;
}

/** An answer with an error. */
interface ExtensionRefusal extends Refusal {
  readonly code: ExtensionErrorCode;
}

function toRefusalOfOurs(error: FastifyError, log: Log): ExtensionRefusal {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return {
      code: 'RequestSizeLimitExceeded',
      message: `The body has more than ${MAX_BODY_BYTES} bytes.`,
    };
  if (error.statusCode !== undefined && error.statusCode < 500) return MALFORMED_REQUEST;
  const { code, message } = toRefusal(error);
  const refusal = isOurs(code) ? { code, message } : INTERNAL_ERROR;
  if (EXTENSION_ERRORS[refusal.code].status >= 500)
    log.error({ err: error }, 'an operation of the extensions failed');
  return refusal;
}

function isOurs(code: CloudApiErrorCode): code is ExtensionErrorCode {
  return Object.hasOwn(EXTENSION_ERRORS, code);
}

function refuse(reply: FastifyReply, { code, message }: ExtensionRefusal): FastifyReply {
  const { status } = EXTENSION_ERRORS[code];
  if (status === 401) reply.header('www-authenticate', TC3_ALGORITHM);
  return reply.code(status).send({ error: { code, message } });
}
