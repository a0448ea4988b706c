import { TRTCError, TRTC_ERRORS } from '@rotunda/protocol';
import { DeviceError } from '../devices/device-errors.ts';
import type { Failure } from '../session/stay-failures.ts';

/** Classes of failures (docs/trtc.md 4.5). */
export const ERROR_CODE = {
  INVALID_PARAMETER: 5000,
  INVALID_OPERATION: 5100,
  ENV_NOT_SUPPORTED: 5200,
  DEVICE_ERROR: 5300,
  SERVER_ERROR: 5400,
  OPERATION_FAILED: 5500,
  OPERATION_ABORT: 5998,
  UNKNOWN_ERROR: 5999,
} as const;
export type ErrorCode = (typeof ERROR_CODE)[keyof typeof ERROR_CODE];

/** The finer codes that this SDK gives (docs/trtc.md 4.5). */
export const EXTRA_CODE = {
  required: 5001,
  type: 5002,
  empty: 5003,
  notInList: 5005,
  belowMin: 5007,
  noSuchElement: 5009,
  notAnElement: 5010,
  strRoomId: 5012,
  roomId: 5013,
  noRoom: 5015,
  roomIdIsString: 5016,
  notInRoom: 5101,
  noSuchUser: 5102,
  noSuchStream: 5103,
  repeated: 5104,
  insecurePage: 5201,
  noScreenShare: 5205,
  cameraLost: 5308,
  microphoneLost: 5309,
  rejoinFailed: 5502,
} as const;

export interface RtcErrorInit {
  readonly code: ErrorCode;
  readonly extraCode?: number;
  readonly message: string;
  readonly functionName?: string;
  readonly blockedUntil?: number | undefined;
}

/** What every method of the face rejects with, and what the `error` event carries. */
export class RtcError extends Error {
  override readonly name = 'RtcError';
  readonly code: ErrorCode;
  /** 0 when the class says it all. */
  readonly extraCode: number;
  /** The method that failed; empty for what happened by itself. */
  readonly functionName: string;
  /**
   * Of Rotunda, not of TRTC: until when the application's server keeps this user out of the room, in milliseconds since the epoch. The
   * message is what that server says of it. Absent for other failures.
   */
  readonly blockedUntil?: number;

  constructor({ code, extraCode = 0, message, functionName = '', blockedUntil }: RtcErrorInit) {
    super(message);
    if (blockedUntil !== undefined) this.blockedUntil = blockedUntil;
    this.code = code;
    this.extraCode = extraCode;
    this.functionName = functionName;
  }

  in(functionName: string): RtcError {
    const { code, extraCode, message, blockedUntil } = this;
    return new RtcError({ code, extraCode, message, functionName, blockedUntil });
  }
}

export function invalidParameter(extraCode: number, message: string): RtcError {
  return new RtcError({ code: ERROR_CODE.INVALID_PARAMETER, extraCode, message });
}

export function invalidOperation(extraCode: number, message: string): RtcError {
  return new RtcError({ code: ERROR_CODE.INVALID_OPERATION, extraCode, message });
}

export function aborted(message: string): RtcError {
  return new RtcError({ code: ERROR_CODE.OPERATION_ABORT, message });
}

export function operationFailed(message: string, extraCode = 0): RtcError {
  return new RtcError({ code: ERROR_CODE.OPERATION_FAILED, extraCode, message });
}

const DEVICE_EXTRA: Record<string, number> = {
  NotFoundError: 5301,
  NotAllowedError: 5302,
  NotReadableError: 5303,
  OverconstrainedError: 5304,
  InvalidStateError: 5305,
  SecurityError: 5306,
  AbortError: 5307,
};

export function deviceError({ source, platformName, message }: DeviceError): RtcError {
  if (platformName === 'NotSupportedError') {
    const extraCode = source === 'sub' ? EXTRA_CODE.noScreenShare : EXTRA_CODE.insecurePage;
    return new RtcError({ code: ERROR_CODE.ENV_NOT_SUPPORTED, extraCode, message });
  }
  return new RtcError({
    code: ERROR_CODE.DEVICE_ERROR,
    extraCode: DEVICE_EXTRA[platformName] ?? 0,
    message,
  });
}

/** Native codes that are not a word of the server about the request. */
const UNREACHABLE: ReadonlySet<number> = new Set([
  TRTC_ERRORS.ERR_ROOM_ENTER_FAIL.code,
  TRTC_ERRORS.ERR_ROOM_REQUEST_ENTER_ROOM_TIMEOUT.code,
  TRTC_ERRORS.ERR_FAILED.code,
]);

/** The core's code in the web's terms; ticket errors are positive there, an unknown application is -8. */
export function coreError({ code, message, entryBlock }: Failure): RtcError {
  if (code === TRTC_ERRORS.ERR_NOT_SUPPORTED.code) {
    return new RtcError({ code: ERROR_CODE.ENV_NOT_SUPPORTED, message });
  }
  if (code === TRTC_ERRORS.ERR_TRTC_ENTER_ROOM_REFUSED.code)
    return invalidOperation(EXTRA_CODE.repeated, message);
  if (UNREACHABLE.has(code)) return operationFailed(message);
  const blockedUntil = entryBlock?.until;
  return new RtcError({
    code: ERROR_CODE.SERVER_ERROR,
    extraCode: toServerCode(code),
    message,
    blockedUntil,
  });
}

function toServerCode(code: number): number {
  if (code === TRTC_ERRORS.ERR_APPID_UNKNOWN.code) return -8;
  return code <= -70_000 && code > -71_000 ? -code : code;
}

/** Whatever a method threw, as the error that its caller gets. */
export function toRtcError(error: unknown, functionName: string): RtcError {
  if (error instanceof RtcError) return error.in(functionName);
  if (error instanceof DeviceError) return deviceError(error).in(functionName);
  if (error instanceof TRTCError) return coreError(error).in(functionName);
  const message = error instanceof Error ? error.message : String(error);
  return new RtcError({ code: ERROR_CODE.UNKNOWN_ERROR, message, functionName });
}
