import type { CloudApiErrorCode } from './cloudapi/errors.ts';

interface ExtensionError {
  readonly status: number;
  /** One sentence. */
  readonly when: string;
  /** Which operations may answer it: each, those that say so, or none, because it is about what is no operation. */
  readonly of: 'each' | 'some' | 'none';
}

/** Every error code of Rotunda's own operations, and the HTTP status that it comes with. All are codes of the Cloud API too. */
export const EXTENSION_ERRORS = {
  InvalidParameter: {
    status: 400,
    when: 'The request is malformed, its body is not JSON, or a parameter is missing, wrong or not known. The message says what.',
    of: 'each',
  },
  InvalidParameterValue: {
    status: 400,
    when: 'The application has no receiver of event callbacks.',
    of: 'some',
  },
  MissingParameter: { status: 401, when: 'The header X-TC-Timestamp is missing.', of: 'each' },
  'AuthFailure.InvalidAuthorization': {
    status: 401,
    when: 'The header Authorization is missing, is not of the documented form, does not sign the headers that it must, or is for another service.',
    of: 'each',
  },
  'AuthFailure.SecretIdNotFound': {
    status: 401,
    when: 'No application of this server has a key pair with this SecretId.',
    of: 'each',
  },
  'AuthFailure.SignatureExpire': {
    status: 401,
    when: "The signing time is more than 5 minutes away from the server's clock.",
    of: 'each',
  },
  'AuthFailure.SignatureFailure': {
    status: 401,
    when: 'The signature does not fit the request.',
    of: 'each',
  },
  'UnauthorizedOperation.SdkAppId': {
    status: 403,
    when: 'The key pair belongs to other applications than this one.',
    of: 'each',
  },
  'FailedOperation.RoomNotExist': { status: 404, when: 'The room does not exist.', of: 'some' },
  InvalidAction: { status: 404, when: 'There is no operation of this name.', of: 'none' },
  UnsupportedProtocol: {
    status: 405,
    when: 'The HTTP method is not that of the operation. The header Allow names it.',
    of: 'none',
  },
  RequestSizeLimitExceeded: { status: 413, when: 'The body has more than 256 KiB.', of: 'each' },
  RequestLimitExceeded: {
    status: 429,
    when: 'There were more requests of this operation with this key pair than it may make per second.',
    of: 'each',
  },
  InternalError: { status: 500, when: 'The server failed. Its log says how.', of: 'each' },
  ServiceUnavailable: {
    status: 503,
    when: 'The server cannot reach its rooms or its database. Try again.',
    of: 'each',
  },
} as const satisfies Partial<Record<CloudApiErrorCode, ExtensionError>>;

export type ExtensionErrorCode = keyof typeof EXTENSION_ERRORS;

const CODES = Object.keys(EXTENSION_ERRORS) as ExtensionErrorCode[];

/** The codes of what may go wrong with any operation. */
export const COMMON_EXTENSION_ERRORS: readonly ExtensionErrorCode[] = CODES.filter(
  (code) => EXTENSION_ERRORS[code].of === 'each',
);
