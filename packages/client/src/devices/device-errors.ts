import { TRTCError, type Source, type TRTCErrorName } from '@rotunda/protocol';

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

/** DOMException names of getUserMedia and getDisplayMedia. */
const FAILURES: Record<string, Failure> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotReadableError: 'busy',
  OverconstrainedError: 'format',
  NotSupportedError: 'unsupported',
};

/** What is told when a capture could not start for another reason than its device. */
export const START_FAILED: Record<Source, TRTCErrorName> = {
  video: CODES.video.other,
  audio: CODES.audio.other,
  sub: CODES.sub.other,
};

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
  const failure = FAILURES[name] ?? 'other';
  const message = failure === 'unsupported' && error instanceof Error ? error.message : undefined;
  return new DeviceError(source, name, CODES[source][failure], message);
}
