import {
  LEAVE_REASONS,
  TRTC_ERRORS,
  TRTC_WARNINGS,
  type Blocked,
  type EntryBlockMessage,
  type Source,
  type TRTCExitReason,
} from '@rotunda/protocol';
import type { RoomClient } from '../session/room-client.ts';
import type { RoomClientEvents } from '../session/room-events.ts';
import type { StayEnd } from '../session/stay-types.ts';
import type { StatusChange } from '../session/stream-status.ts';
import type { TRTCCallbacks } from './callbacks.ts';
import { TRTCAVStatusChangeReason, TRTCAVStatusType, TRTCDeviceState, TRTCDeviceType } from './enums.ts';
import { toBeginCode, toCompleteCode } from './recording.ts';
import { toSpeedTestResult } from './speed-test.ts';
import { toQualities, toStatistics } from './statistics.ts';
import { toStreamType } from './video-params.ts';
import { toVolumeInfo } from './volumes.ts';

export type Fire = <K extends keyof TRTCCallbacks>(name: K, ...args: TRTCCallbacks[K]) => void;

/** Translates what the core tells into callbacks, in the same order. */
export function bridgeCallbacks(
  { events, devices, local, recordings, volumes }: RoomClient,
  fire: Fire,
): void {
  events.on('entered', (elapsedMs) => fire('onEnterRoom', Math.max(1, Math.round(elapsedMs))));
  events.on('enterFailed', ({ code, message, entryBlock }, { cancelled }) => {
    fireEntryBlock(entryBlock, fire);
    fire('onEnterRoom', code);
    if (!cancelled) fire('onError', code, message);
  });
  events.on('switched', (error) => {
    fireEntryBlock(error?.entryBlock, fire);
    fire('onSwitchRoom', error?.code ?? 0, error?.message ?? '');
  });
  events.on('ending', (end) => fireEndError(end, fire));
  events.on('exited', (end) => fire('onExitRoom', exitReason(end)));
  events.on('error', (code, message) => fire('onError', code, message));
  events.on('warning', (code, message, userId) =>
    fire('onWarning', code, message, userId ? { userId } : null),
  );
  events.on('blocked', (blocked) => fireBlocked(blocked, fire));
  events.on('linkLost', () => fire('onConnectionLost'));
  events.on('tryingToReturn', () => fire('onTryToReconnect'));
  events.on('linkBack', () => fire('onConnectionRecovery'));
  bridgeUsers(events, fire);
  bridgeMedia(events, fire);
  bridgeMessages(events, fire);
  bridgeMeasures(events, fire);
  bridgeDevices(devices.events, fire);
  bridgeLevels(devices.events, () => volumes.wanted, fire);
  bridgeTests(local.tests.events, fire);
  bridgeRecording(recordings, fire);
}

function bridgeRecording({ local: { events }, audio, frames }: RoomClient['recordings'], fire: Fire): void {
  audio.events.on('failed', () =>
    fire('onError', TRTC_ERRORS.ERR_FAILED.code, 'the audio recording could not go on, or is empty'),
  );
  frames.events.on('failed', () =>
    fire('onWarning', TRTC_ERRORS.ERR_NOT_SUPPORTED.code, 'this page cannot read sound', null),
  );
  events.on('began', (path, problem) => fire('onLocalRecordBegin', toBeginCode(problem), path));
  events.on('progress', (durationMs, path) => fire('onLocalRecording', durationMs, path));
  events.on('fragment', (path) => fire('onLocalRecordFragment', path));
  events.on('completed', (path, problem) => fire('onLocalRecordComplete', toCompleteCode(problem), path));
}

function bridgeTests(events: RoomClient['local']['tests']['events'], fire: Fire): void {
  events.on('microphone', (volume) => fire('onTestMicVolume', volume));
  events.on('speaker', (volume) => fire('onTestSpeakerVolume', volume));
  events.on('firstPicture', (width, height) =>
    fire('onFirstVideoFrame', '', toStreamType('video'), width, height),
  );
  events.on('failed', ({ code, message }) => fire('onError', code, message));
  events.on('unsupported', () =>
    fire('onWarning', TRTC_ERRORS.ERR_NOT_SUPPORTED.code, 'this browser cannot measure sound', null),
  );
}

function bridgeDevices(events: RoomClient['devices']['events'], fire: Fire): void {
  events.on('changed', (deviceId, kind, state) =>
    fire('onDeviceChange', deviceId, DEVICE_TYPE[kind], DEVICE_STATE[state]),
  );
  events.on('failed', ({ code, message }) => fire('onError', code, message));
  events.on('unsupported', (message) => fire('onWarning', TRTC_ERRORS.ERR_NOT_SUPPORTED.code, message, null));
}

/** As TRTC does, these are told together with volumes only. */
function bridgeLevels(events: RoomClient['devices']['events'], wanted: () => boolean, fire: Fire): void {
  events.on('levelChanged', (kind, volume, muted) => {
    if (wanted()) fire(LEVEL_CHANGED[kind], volume, muted);
  });
}

function bridgeMeasures(events: RoomClient['events'], fire: Fire): void {
  events.on('speedTested', (outcome) => fire('onSpeedTestResult', toSpeedTestResult(outcome)));
  events.on('quality', (quality) => fire('onNetworkQuality', ...toQualities(quality)));
  events.on('statistics', (statistics) => fire('onStatistics', toStatistics(statistics)));
  events.on('volumes', ({ users, total }) =>
    fire('onUserVoiceVolume', users.map(toVolumeInfo), users.length, total),
  );
}

function bridgeMessages(events: RoomClient['events'], fire: Fire): void {
  events.on('message', (userId, cmdId, seq, bytes) =>
    fire('onRecvCustomCmdMsg', userId, cmdId, seq, textOf(bytes)),
  );
  events.on('sei', (userId, { buffer }) => fire('onRecvSEIMsg', userId, buffer));
  events.on('messagesMissed', (userId, cmdId, count) =>
    fire('onMissCustomCmdMsg', userId, cmdId, TRTC_ERRORS.ERR_FAILED.code, count),
  );
}

function bridgeUsers(events: RoomClient['events'], fire: Fire): void {
  events.on('userEntered', (userId) => {
    fire('onRemoteUserEnterRoom', userId);
    fire('onUserEnter', userId);
  });
  events.on('userLeft', (userId, reason) => {
    fire('onRemoteUserLeaveRoom', userId, reason);
    fire('onUserExit', userId, reason);
  });
  events.on('available', (userId, source, available) => fire(AVAILABLE[source], userId, available ? 1 : 0));
}

function bridgeMedia(events: RoomClient['events'], fire: Fire): void {
  events.on('deviceReady', (source) => fire(READY[source]));
  events.on('captureEnded', (source, error) => {
    if (source === 'sub') fireScreenStopped(fire);
    else if (error) fire('onError', error.code, error.message);
  });
  events.on('firstSent', (source) => {
    if (source === 'audio') fire('onSendFirstLocalAudioFrame');
    else fire('onSendFirstLocalVideoFrame', toStreamType(source));
  });
  events.on('firstAudio', (userId) => fire('onFirstAudioFrame', userId));
  events.on('audioBlocked', (userId) => fire('onWarning', UNHEARD.code, UNHEARD.message, { userId }));
  events.on('firstPicture', ({ userId, source, layer }, width, height) =>
    fire('onFirstVideoFrame', userId, toStreamType(source, layer), width, height),
  );
  events.on('pictureResized', ({ userId, source, layer }, width, height) =>
    fire('onUserVideoSizeChanged', userId, toStreamType(source, layer), width, height),
  );
  events.on('status', (...changed) => fireStatus(changed, fire));
}

function fireStatus([userId, source, { status, reason }]: RoomClientEvents['status'], fire: Fire): void {
  const told = [TOLD_STATUS[status], TOLD_REASON[reason]] as const;
  if (source === 'audio') fire('onRemoteAudioStatusUpdated', userId, ...told);
  else fire('onRemoteVideoStatusUpdated', userId, toStreamType(source), ...told);
}

function fireBlocked({ audio, video }: Blocked, fire: Fire): void {
  const { code } = TRTC_ERRORS.ERR_ROOM_NO_PRIVILEGE_PUSH_VIDEO;
  const what = [audio ? 'sound' : '', video ? 'pictures' : ''].filter(Boolean).join(' and ');
  if (what) fire('onWarning', code, `nobody gets the ${what} of this user: blocked by the application`, null);
  fire('onLocalUserBlocked', audio ? 1 : 0, video ? 1 : 0);
}

/** 0: by the user. */
export function fireScreenStopped(fire: Fire): void {
  fire('onScreenCaptureStoped', 0);
  fire('onScreenCaptureStopped', 0);
}

/** The numbers are those of the one table of leave reasons. */
function fireEndError(end: StayEnd, fire: Fire): void {
  if (end.by === 'user') return;
  if (end.by === 'fault') {
    fireEntryBlock(end.entryBlock, fire);
    fire('onError', end.code, end.message);
    return;
  }
  if (end.message) fire('onRemovalMessage', end.message);
  fireEntryBlock(end.entryBlock, fire);
  const { error } = LEAVE_REASONS[end.reason];
  if (error !== null) fire('onError', error, messageOf(error));
}

function fireEntryBlock(entryBlock: EntryBlockMessage | null | undefined, fire: Fire): void {
  if (entryBlock) fire('onEntryBlocked', entryBlock.until, entryBlock.message);
}

/** A way out that the table does not tell the victim is "server state abnormal". */
function exitReason(end: StayEnd): TRTCExitReason {
  if (end.by === 'user') return LEAVE_REASONS.exited.exitRoom;
  const reason = end.by === 'fault' ? 'serverFault' : end.reason;
  return LEAVE_REASONS[reason].exitRoom ?? LEAVE_REASONS.serverFault.exitRoom;
}

function messageOf(code: number): string {
  return Object.values(TRTC_ERRORS).find((row) => row.code === code)?.message ?? '';
}

/** A byte order mark that was sent is part of the text. */
function textOf(bytes: Uint8Array<ArrayBuffer>): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

const UNHEARD = TRTC_WARNINGS.WARNING_SPEAKER_DEVICE_ABNORMAL;

const AVAILABLE = {
  video: 'onUserVideoAvailable',
  audio: 'onUserAudioAvailable',
  sub: 'onUserSubStreamAvailable',
} as const satisfies Record<Source, keyof TRTCCallbacks>;

const LEVEL_CHANGED = {
  audioinput: 'onAudioDeviceCaptureVolumeChanged',
  audiooutput: 'onAudioDevicePlayoutVolumeChanged',
} as const;

const READY = {
  video: 'onCameraDidReady',
  audio: 'onMicDidReady',
  sub: 'onScreenCaptureStarted',
} as const satisfies Record<Source, keyof TRTCCallbacks>;

const TOLD_STATUS = {
  stopped: TRTCAVStatusType.TRTCAVStatusStopped,
  playing: TRTCAVStatusType.TRTCAVStatusPlaying,
  loading: TRTCAVStatusType.TRTCAVStatusLoading,
} as const satisfies Record<StatusChange['status'], TRTCAVStatusType>;

const TOLD_REASON = {
  bufferingBegin: TRTCAVStatusChangeReason.TRTCAVStatusChangeReasonBufferingBegin,
  bufferingEnd: TRTCAVStatusChangeReason.TRTCAVStatusChangeReasonBufferingEnd,
  localStarted: TRTCAVStatusChangeReason.TRTCAVStatusChangeReasonLocalStarted,
  localStopped: TRTCAVStatusChangeReason.TRTCAVStatusChangeReasonLocalStopped,
  remoteStarted: TRTCAVStatusChangeReason.TRTCAVStatusChangeReasonRemoteStarted,
  remoteStopped: TRTCAVStatusChangeReason.TRTCAVStatusChangeReasonRemoteStopped,
} as const satisfies Record<StatusChange['reason'], TRTCAVStatusChangeReason>;

const DEVICE_TYPE = {
  audioinput: TRTCDeviceType.TRTCDeviceTypeMic,
  audiooutput: TRTCDeviceType.TRTCDeviceTypeSpeaker,
  videoinput: TRTCDeviceType.TRTCDeviceTypeCamera,
} as const;

const DEVICE_STATE = {
  added: TRTCDeviceState.TRTCDeviceStateAdd,
  removed: TRTCDeviceState.TRTCDeviceStateRemove,
  active: TRTCDeviceState.TRTCDeviceStateActive,
  default: TRTCDeviceState.TRTCDefaultDeviceChanged,
} as const;
