import { CloudApiError, type CloudApiErrorCode } from '@rotunda/protocol/cloudapi';
import { RoomLogUnavailableError } from '../roomlog/port.ts';
import { StoreError } from '../store/errors.ts';

/** What a caller is told of a failure: never an inner detail. */
export interface Refusal {
  readonly code: CloudApiErrorCode;
  readonly message: string;
}

export const INTERNAL_ERROR = {
  code: 'InternalError',
  message: 'An internal error occurred: try again.',
} as const satisfies Refusal;

export function toRefusal(error: unknown): Refusal {
  if (error instanceof CloudApiError) return { code: error.code, message: error.message };
  if (error instanceof RoomLogUnavailableError)
    return { code: 'ServiceUnavailable', message: 'The room service cannot be reached for now: try again.' };
  if (error instanceof StoreError && error.passing)
    return { code: 'ServiceUnavailable', message: 'The database cannot be reached for now: try again.' };
  return INTERNAL_ERROR;
}

export function roomNotExist(): CloudApiError {
  return new CloudApiError('FailedOperation.RoomNotExist', 'The room does not exist.');
}
