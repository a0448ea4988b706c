import { CloudApiError, type CloudApiErrorCode } from '@rotunda/protocol/cloudapi';
import { RoomLogUnavailableError } from '../roomlog/port.ts';
import { PartlyRevivedError, StoreError, type StoreFault } from '../store/errors.ts';

/** What a caller is told of a failure: never an inner detail. */
export interface Refusal {
  readonly code: CloudApiErrorCode;
  readonly message: string;
}

export const INTERNAL_ERROR = {
  code: 'InternalError',
  message: 'An internal error occurred: try again.',
} as const satisfies Refusal;

/** What is no HTTP, or no request that HTTP allows. */
export const MALFORMED_REQUEST = {
  code: 'InvalidParameter',
  message: 'The HTTP request is malformed.',
} as const satisfies Refusal;

export function toRefusal(error: unknown): Refusal {
  if (error instanceof CloudApiError) return { code: error.code, message: error.message };
  if (error instanceof RoomLogUnavailableError)
    return unavailable('The room service cannot be reached for now: try again.');
  if (error instanceof PartlyRevivedError) {
    const { code, message } = toRefusal(error.cause);
    return { code, message: `${message} Of the events ${error.revived} are delivered again already.` };
  }
  return error instanceof StoreError ? STORE_REFUSALS[error.fault] : INTERNAL_ERROR;
}

/** What a caller can do about a fault of the database; whoever runs the server finds more in its log. */
const STORE_REFUSALS: Record<StoreFault, Refusal> = {
  unreachable: unavailable('The database cannot be reached for now: try again.'),
  tooSlow: unavailable('The database took too long: try again, and ask for less at a time.'),
  busy: unavailable('The database has too much to do for now: try again, and less often.'),
  full: unavailable('The database has no room left: try again when whoever runs the server has made some.'),
  broken: {
    code: 'InternalError',
    message: 'The database cannot be read or written: whoever runs the server has to look at it.',
  },
  refused: INTERNAL_ERROR,
};

function unavailable(message: string): Refusal {
  return { code: 'ServiceUnavailable', message };
}

export function roomNotExist(): CloudApiError {
  return new CloudApiError('FailedOperation.RoomNotExist', 'The room does not exist.');
}
