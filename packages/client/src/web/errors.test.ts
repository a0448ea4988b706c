import { TRTCError, TRTC_ERRORS } from '@rotunda/protocol';
import { describe, expect, it } from 'vitest';
import { toDeviceError } from '../devices/device-errors.ts';
import { coreError, invalidParameter, toRtcError } from './errors.ts';

describe('toRtcError', () => {
  it('names the method on an error of the face', () => {
    const error = toRtcError(invalidParameter(5001, 'userId is required'), 'enterRoom');
    expect(error).toMatchObject({
      name: 'RtcError',
      code: 5000,
      extraCode: 5001,
      functionName: 'enterRoom',
      message: 'userId is required',
    });
  });

  it.each([
    ['NotFoundError', 5300, 5301],
    ['NotAllowedError', 5300, 5302],
    ['NotReadableError', 5300, 5303],
    ['OverconstrainedError', 5300, 5304],
    ['InvalidStateError', 5300, 5305],
    ['SecurityError', 5300, 5306],
    ['AbortError', 5300, 5307],
    ['NotSupportedError', 5200, 5201],
  ])('translates %s of a camera', (name, code, extraCode) => {
    const error = toDeviceError('video', new DOMException('no', name));
    expect(toRtcError(error, 'startLocalVideo')).toMatchObject({
      code,
      extraCode,
      functionName: 'startLocalVideo',
    });
  });

  it('tells a browser without screen capture apart', () => {
    const error = toDeviceError('sub', new DOMException('no', 'NotSupportedError'));
    expect(toRtcError(error, 'startScreenShare')).toMatchObject({ code: 5200, extraCode: 5205 });
  });

  it('takes anything else as unknown', () => {
    expect(toRtcError(new TypeError('oops'), 'exitRoom')).toMatchObject({ code: 5999, message: 'oops' });
    expect(toRtcError('text', 'exitRoom')).toMatchObject({ code: 5999, message: 'text' });
  });
});

describe('coreError', () => {
  it.each([
    ['ERR_SIG_EXPIRED', 5400, 70001],
    ['ERR_SIG_WRONG_USER', 5400, 70013],
    ['ERR_APPID_UNKNOWN', 5400, -8],
    ['ERR_SERVER_INFO_PRIVILEGE_FLAG_ERROR', 5400, -100006],
    ['ERR_ROOM_FULL', 5400, -102052],
    ['ERR_ROOM_REQUEST_ENTER_ROOM_TIMEOUT', 5500, 0],
    ['ERR_ROOM_ENTER_FAIL', 5500, 0],
    ['ERR_TRTC_ENTER_ROOM_REFUSED', 5100, 5104],
    ['ERR_NOT_SUPPORTED', 5200, 0],
  ] as const)('translates %s', (name, code, extraCode) => {
    expect(coreError(TRTC_ERRORS[name])).toMatchObject({
      code,
      extraCode,
      message: TRTC_ERRORS[name].message,
    });
    expect(toRtcError(new TRTCError(name), 'enterRoom')).toMatchObject({ code, extraCode });
  });
});
