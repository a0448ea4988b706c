import {
  CLOUD_API_VERSION,
  CloudApiError,
  isCloudApiAction,
  isUnsupportedAction,
  parametersFromPairs,
  parseCloudApiCall,
  type CloudApiAction,
  type CloudApiCall,
} from '@rotunda/protocol';
import type { AppRegistry, KeyHolder } from '../auth/apps.ts';
import { headerOf, type SignedRequest } from '../auth/cloudapi-request.ts';
import { verifyV1 } from '../auth/signature-v1.ts';
import { verifyTc3 } from '../auth/tc3.ts';

/** Parameters of the older signature that belong to the envelope, not to the action (docs/trtc.md 5.1). */
const COMMON_PARAMETERS: ReadonlySet<string> = new Set([
  'Action',
  'Version',
  'Region',
  'Timestamp',
  'Nonce',
  'SecretId',
  'Signature',
  'SignatureMethod',
  'Token',
  'Language',
  'RequestClient',
]);

/** The action that a request names, for metrics: never text that the caller made up. */
export function actionLabel(request: SignedRequest): string {
  const name = headerOf(request, 'x-tc-action') || (v1Parameters(request).get('Action') ?? '');
  return isCloudApiAction(name) || isUnsupportedAction(name) ? name : 'other';
}

/** Verifies and reads a request. @throws CloudApiError that says what is wrong with it. */
export function readRequest(
  request: SignedRequest,
  { apps, nowSeconds }: { apps: AppRegistry; nowSeconds: number },
): CloudApiCall {
  const { holder, call } = headerOf(request, 'x-tc-action')
    ? readTc3(request, verifyTc3(request, apps, nowSeconds))
    : readV1(request, { apps, nowSeconds });
  if (!holder.sdkAppIds.has(call.key.sdkAppId))
    throw new CloudApiError(
      'UnauthorizedOperation.SdkAppId',
      'The key pair does not belong to this SdkAppId.',
    );
  return call;
}

interface Verified {
  readonly holder: KeyHolder;
  readonly call: CloudApiCall;
}

function readTc3(request: SignedRequest, holder: KeyHolder): Verified {
  const action = supportedAction(headerOf(request, 'x-tc-action'));
  const version = headerOf(request, 'x-tc-version');
  if (!version) throw new CloudApiError('MissingParameter', 'The header X-TC-Version is missing.');
  requireVersion(version);
  const parameters =
    request.method === 'GET'
      ? parametersFromPairs(action, new URLSearchParams(request.query))
      : parseJson(request.body);
  return { holder, call: parseCloudApiCall(action, parameters) };
}

function readV1(request: SignedRequest, context: { apps: AppRegistry; nowSeconds: number }): Verified {
  const parameters = v1Parameters(request);
  const name = parameters.get('Action');
  if (!name)
    throw new CloudApiError(
      'MissingParameter',
      'The header X-TC-Action (or the parameter Action) is missing.',
    );
  const holder = verifyV1(request, parameters, context);
  const action = supportedAction(name);
  requireVersion(parameters.get('Version') ?? '');
  const own = [...parameters].filter(([key]) => !COMMON_PARAMETERS.has(key));
  return { holder, call: parseCloudApiCall(action, parametersFromPairs(action, own)) };
}

function v1Parameters(request: SignedRequest): ReadonlyMap<string, string> {
  if (request.method === 'GET') return new Map(new URLSearchParams(request.query));
  const isForm = headerOf(request, 'content-type')
    .toLowerCase()
    .startsWith('application/x-www-form-urlencoded');
  return new Map(isForm ? new URLSearchParams(request.body.toString('utf8')) : []);
}

function supportedAction(name: string): CloudApiAction {
  if (isCloudApiAction(name)) return name;
  if (isUnsupportedAction(name))
    throw new CloudApiError('UnsupportedOperation', `This server does not support the action ${name}.`);
  throw new CloudApiError('InvalidAction', 'There is no action of this name.');
}

function requireVersion(version: string): void {
  if (version !== CLOUD_API_VERSION)
    throw new CloudApiError('NoSuchVersion', `The version must be ${CLOUD_API_VERSION}.`);
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new CloudApiError('InvalidParameter', 'The request body is not valid JSON.');
  }
}
