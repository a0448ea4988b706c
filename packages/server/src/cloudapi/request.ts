import {
  CLOUD_API_VERSION,
  CloudApiError,
  isTencentAction,
  parametersFromJson,
  parametersFromPairs,
} from '@rotunda/protocol/cloudapi';
import type { AppRegistry, KeyHolder } from '../auth/apps.ts';
import { headerOf, type SignedRequest } from '../auth/cloudapi-request.ts';
import { verifyV1 } from '../auth/signature-v1.ts';
import { verifyTc3 } from '../auth/tc3.ts';
import type { Action } from './action.ts';
import { parseJson } from './json-body.ts';
import { multipartBoundary, parseMultipart } from './multipart.ts';
import { findAction, type ActionContext } from './registry.ts';

/** The most that a query string and a form may have, in bytes (docs/trtc.md 5.1). */
const MAX_QUERY_BYTES = 32 * 1024;
const MAX_FORM_BYTES = 1024 * 1024;

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

/** What a request says of itself, and how to find out whether it is true. */
export interface RequestForm {
  /** The action that it names; empty if it names none. */
  readonly action: string;
  /** Empty if it names none. */
  readonly version: string;
  /** @returns whose key signed it. @throws CloudApiError AuthFailure.* or MissingParameter */
  readonly verify: (apps: AppRegistry, nowSeconds: number) => KeyHolder;
  /** @throws CloudApiError InvalidParameter */
  readonly parameters: (rules: Action<ActionContext>['parameters']) => ReadonlyMap<string, unknown>;
}

/** Tells the forms of requests apart: the newer one has its action in a header (docs/trtc.md 5.1). Never throws. */
export function readForm(request: SignedRequest): RequestForm {
  return headerOf(request, 'x-tc-action') ? tc3Form(request) : v1Form(request);
}

/** @throws CloudApiError RequestSizeLimitExceeded. That of a POST is limited before it gets here. */
export function requireSize(request: SignedRequest): void {
  if (request.query.length > MAX_QUERY_BYTES)
    throw new CloudApiError(
      'RequestSizeLimitExceeded',
      `The query string has more than ${MAX_QUERY_BYTES} bytes.`,
    );
  if (!headerOf(request, 'x-tc-action') && request.body.length > MAX_FORM_BYTES)
    throw new CloudApiError('RequestSizeLimitExceeded', `The form has more than ${MAX_FORM_BYTES} bytes.`);
}

/** @throws CloudApiError InvalidAction, UnsupportedOperation, NoSuchVersion or MissingParameter */
export function requireAction({ action, version }: RequestForm): Action<ActionContext> {
  const found = findAction(action);
  if (!found) {
    if (isTencentAction(action))
      throw new CloudApiError('UnsupportedOperation', `This server does not support the action ${action}.`);
    throw new CloudApiError('InvalidAction', 'There is no action of this name.');
  }
  if (!version) throw new CloudApiError('MissingParameter', 'The version (X-TC-Version) is missing.');
  if (version !== CLOUD_API_VERSION)
    throw new CloudApiError('NoSuchVersion', `The version must be ${CLOUD_API_VERSION}.`);
  return found;
}

/** The action that a request names, for metrics: never text that the caller made up. */
export function actionLabel({ action }: RequestForm): string {
  return isTencentAction(action) ? action : 'other';
}

function tc3Form(request: SignedRequest): RequestForm {
  return {
    action: headerOf(request, 'x-tc-action'),
    version: headerOf(request, 'x-tc-version'),
    verify: (apps, nowSeconds) => verifyTc3(request, { apps, nowSeconds, service: null }),
    parameters: (rules) => {
      if (request.method === 'GET') return parametersFromPairs(rules, new URLSearchParams(request.query));
      const boundary = multipartBoundary(headerOf(request, 'content-type'));
      return boundary === null
        ? parametersFromJson(parseJson(request.body))
        : parametersFromPairs(rules, parseMultipart(request.body, boundary));
    },
  };
}

function v1Form(request: SignedRequest): RequestForm {
  const pairs = v1Pairs(request);
  const action = pairs.get('Action') ?? '';
  return {
    action,
    version: pairs.get('Version') ?? '',
    verify: (apps, nowSeconds) => {
      if (action) return verifyV1(request, pairs, { apps, nowSeconds });
      throw new CloudApiError('MissingParameter', 'The action (X-TC-Action) is missing.');
    },
    parameters: (rules) => {
      const own = [...pairs].filter(([name]) => !COMMON_PARAMETERS.has(name));
      return parametersFromPairs(rules, own);
    },
  };
}

/** Official signers send the form under whatever content type. What is too large is not even looked at. */
function v1Pairs({ method, query, body }: SignedRequest): ReadonlyMap<string, string> {
  if (method === 'GET') return new Map(new URLSearchParams(query.slice(0, MAX_QUERY_BYTES)));
  return new Map(body.length > MAX_FORM_BYTES ? [] : new URLSearchParams(body.toString('utf8')));
}
