import { TRTCError, type Source, type TRTCErrorName } from '@rotunda/protocol';
import { isHidden } from './device-list.ts';
import type { DeviceInfo } from './platform.ts';

type Failure = 'denied' | 'busy' | 'format' | 'unsupported' | 'other';

const CODES: Record<Source, Record<Failure, TRTCErrorName>> = {
  video: {
    denied: 'ERR_CAMERA_NOT_AUTHORIZED',
    busy: 'ERR_CAMERA_OCCUPY',
    format: 'ERR_CAMERA_SET_PARAM_FAIL',
    unsupported: 'ERR_CAMERA_START_FAIL',
    other: 'ERR_CAMERA_START_FAIL',
  },
  audio: {
    denied: 'ERR_MIC_NOT_AUTHORIZED',
    busy: 'ERR_MIC_OCCUPY',
    format: 'ERR_MIC_SET_PARAM_FAIL',
    unsupported: 'ERR_MIC_START_FAIL',
    other: 'ERR_MIC_START_FAIL',
  },
  sub: {
    denied: 'ERR_SCREEN_CAPTURE_START_FAIL',
    busy: 'ERR_SCREEN_CAPTURE_START_FAIL',
    format: 'ERR_SCREEN_CAPTURE_START_FAIL',
    unsupported: 'ERR_SCREEN_CAPTURE_UNSUPPORTED',
    other: 'ERR_SCREEN_CAPTURE_START_FAIL',
  },
};

const LOST = {
  video: { kind: 'videoinput', name: 'camera' },
  audio: { kind: 'audioinput', name: 'microphone' },
} as const;

/** DOMException names of getUserMedia and getDisplayMedia. */
const FAILURES: Record<string, Failure> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotReadableError: 'busy',
  OverconstrainedError: 'format',
  NotSupportedError: 'unsupported',
};

/** Whether a DOMException of that name says that the page is not allowed to capture. */
export function isDenied(name: string): boolean {
  return FAILURES[name] === 'denied';
}

/** A capture failed: TRTC's code (docs/trtc.md 4.3) and the platform's own name of what happened. */
export class DeviceError extends TRTCError {
  readonly source: Source;
  /** DOMException name, such as `NotAllowedError`. */
  readonly platformName: string;

  constructor(source: Source, platformName: string, errorName: TRTCErrorName, message?: string) {
    super(errorName, message);
    this.source = source;
    this.platformName = platformName;
  }
}

export function toDeviceError(source: Source, error: unknown): DeviceError {
  const name = error instanceof Error ? error.name : 'UnknownError';
  const failure = isMissing(error) ? 'other' : (FAILURES[name] ?? 'other');
  const message = failure === 'unsupported' && error instanceof Error ? error.message : undefined;
  return new DeviceError(source, name, CODES[source][failure], message);
}

/** Nothing is opened between an exit and its end. */
export const LEAVING = 'the room is being left: start it after onExitRoom';

export function leavingError(source: Source): DeviceError {
  return new DeviceError(source, 'AbortError', CODES[source].other, LEAVING);
}

/** A microphone and sound of the application in its place exclude each other. */
export function customAudioError(why: string): DeviceError {
  return new DeviceError('audio', 'InvalidStateError', 'ERR_REFUSED', `custom audio capture: ${why}`);
}

/**
 * Why a camera or microphone ended by itself, by what the platform lists then: when it does not name devices any more, the user
 * has withdrawn the permission; otherwise it was unplugged, or failed. Null: the platform does not say.
 */
export function lossError(source: 'video' | 'audio', list: readonly DeviceInfo[] | null): DeviceError {
  const { kind, name } = LOST[source];
  const { denied, other } = CODES[source];
  if (list === null) {
    const message = `the ${name} stopped: it was disconnected, or is not allowed any more`;
    return new DeviceError(source, 'UnknownError', other, message);
  }
  return isHidden(list, kind)
    ? new DeviceError(source, 'NotAllowedError', denied)
    : new DeviceError(source, 'NotFoundError', other, `the ${name} was disconnected`);
}

/** The device that was asked for by its id is not there. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === 'deviceId';
}
