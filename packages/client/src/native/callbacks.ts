import type { TRTCExitReason, TRTCRemoteLeaveReason, TRTCVideoStreamType } from '@rotunda/protocol';
import type { TRTCAVStatusChangeReason, TRTCAVStatusType, TRTCDeviceState, TRTCDeviceType } from './enums.ts';
import type { TRTCSpeedTestResult } from './speed-test.ts';
import type { TRTCQualityInfo, TRTCStatistics } from './statistics.ts';
import type { TRTCVolumeInfo } from './volumes.ts';

/** Every callback of the native-like face with its arguments (docs/trtc.md 2.12). `available` is 1 or 0. */
export interface TRTCCallbacks {
  /**
   * Something that was asked for failed, or a stay cannot go on; `code` is negative. What follows is said at the method that was called.
   */
  onError: [code: number, message: string];
  /**
   * Something is not as it was asked for, but everything goes on. -4: this platform does not have it. 1205: the browser plays no sound before the
   * user has clicked or pressed a key; that of `extra.userId` begins with the next gesture, by itself. It comes whenever sound begins that is
   * held back so. Where `enterRoom` follows a click of the user it does not come.
   */
  onWarning: [code: number, message: string, extra: unknown];
  /** Positive: milliseconds that entering took. Negative: error code; `onError` follows unless `exitRoom` cancelled it. */
  onEnterRoom: [result: number];
  /**
   * Of Rotunda, not of TRTC: why the application's server removed this user, in its own words of at most 200 characters; `onExitRoom(1)`
   * follows. A text, to be shown as one: it may hold anything, HTML too. Does not come if the server gave no reason. Who was cut off when it
   * was removed is told when it is back.
   */
  onRemovalMessage: [message: string];
  /**
   * Of Rotunda, not of TRTC: the application's server keeps this user out of the room for now. `until`: milliseconds since the epoch, by the
   * server's clock; `message`: what it tells the user, a text of at most 200 characters, empty for nothing. What follows is
   * `onEnterRoom(-102011)` or `onSwitchRoom(-102011)` where that room was to be entered, `onExitRoom(1)` where the user was removed from it,
   * `onError(-102011)` and `onExitRoom(3)` where the user was to return to it. It comes once for each of these; what was asked for is only
   * answered by what follows: enter another room from there on, not in this callback.
   */
  onEntryBlocked: [until: number, message: string];
  /** Last callback of a stay, when devices and transports are released. Whatever was called before it is answered before it, if at all. */
  onExitRoom: [reason: TRTCExitReason];
  /**
   * Answer to `switchRoom`. 0: in the new room; nothing more is told of the old one, and the users of the new one follow.
   * Otherwise an error code, and the user is still in the old room, unless `onExitRoom` follows.
   */
  onSwitchRoom: [code: number, message: string];
  /** Answer to `switchRole`: 0, or why not. */
  onSwitchRole: [code: number, message: string];
  /** How `connectOtherRoom` went: 0 or why not. `userId` is whom it asked for. */
  onConnectOtherRoom: [userId: string, code: number, message: string];
  /** How `disconnectOtherRoom` went. Links that end in another way are seen as leaves of the other anchors. */
  onDisconnectOtherRoom: [code: number, message: string];
  /** A user who may send is in the room: when it enters or becomes anchor, and for each who was there before one's own enter. */
  onRemoteUserEnterRoom: [userId: string];
  /** After the user's unavailability callbacks. */
  onRemoteUserLeaveRoom: [userId: string, reason: TRTCRemoteLeaveReason];
  /** Of older versions: as `onRemoteUserEnterRoom`. */
  onUserEnter: [userId: string];
  /** Of older versions: as `onRemoteUserLeaveRoom`. */
  onUserExit: [userId: string, reason: TRTCRemoteLeaveReason];
  /** That user sends the camera's picture from now on, or no longer; `startRemoteView` shows it. */
  onUserVideoAvailable: [userId: string, available: 0 | 1];
  /** That user shares a screen from now on, or no longer; `startRemoteView` with the sub stream shows it. */
  onUserSubStreamAvailable: [userId: string, available: 0 | 1];
  /** That user sends sound from now on, or no longer. */
  onUserAudioAvailable: [userId: string, available: 0 | 1];
  /** `userId` is empty for one's own picture. */
  onFirstVideoFrame: [userId: string, streamType: TRTCVideoStreamType, width: number, height: number];
  /**
   * Of the SDKs for phones: the picture that is shown of that user comes in another size from now on, in pixels; after
   * `onFirstVideoFrame`. The user encodes it in another size, or the network or `setRemoteVideoStreamType` brings another one.
   */
  onUserVideoSizeChanged: [userId: string, streamType: TRTCVideoStreamType, width: number, height: number];
  /** Sound of that user is received and played. */
  onFirstAudioFrame: [userId: string];
  /**
   * Of the SDKs for phones: whether pictures of that user that `startRemoteView` asked for are coming. `streamType` is 0 for the
   * camera, in whichever size it comes, and 2 for a shared screen. Nothing is told after the room was left.
   *
   * - Playing (1), from the first picture on: with reason 3 if one's own call was the last thing that was missing (`startRemoteView`,
   *   `muteRemoteVideoStream`), with 5 if it was the user's stream, with 2 when it comes again after Loading.
   * - Loading (2), reason 1: no picture has come for 2 to 3 s though the user sends, be it the first one or a further one. The last
   *   picture stays.
   * - Stopped (0): with reason 4 by one's own call (`stopRemoteView`, `muteRemoteVideoStream`), after it has returned; with 6 because the
   *   user stopped or muted it or is gone, before `onUserVideoAvailable` or `onUserSubStreamAvailable`.
   */
  onRemoteVideoStatusUpdated: [
    userId: string,
    streamType: TRTCVideoStreamType,
    status: TRTCAVStatusType,
    reason: TRTCAVStatusChangeReason,
  ];
  /**
   * Of the SDKs for phones: whether sound of that user is coming. Status and reason are those of `onRemoteVideoStatusUpdated`, with
   * `muteRemoteAudio` for one's own calls, and `onUserAudioAvailable`. Who is heard without being asked for plays with reason 5.
   * Silence is sound, too.
   */
  onRemoteAudioStatusUpdated: [userId: string, status: TRTCAVStatusType, reason: TRTCAVStatusChangeReason];
  /**
   * The answer to `snapshotVideo`; `userId` is empty for one's own picture. `data` is a PNG as a data URL, size in pixels;
   * without a picture `data` is empty and the size 0.
   */
  onSnapshotComplete: [
    userId: string,
    streamType: TRTCVideoStreamType,
    data: string,
    width: number,
    height: number,
  ];
  /** The first packet of one's own pictures was sent. */
  onSendFirstLocalVideoFrame: [streamType: TRTCVideoStreamType];
  /** The first packet of one's own sound was sent. */
  onSendFirstLocalAudioFrame: [];
  /**
   * Another member of the room sent a message. `seq` counts what it sent with that cmdId in its stay, from 1; `message`
   * is its text. Where bytes were sent it is what they say as UTF-8, with U+FFFD for what is none.
   */
  onRecvCustomCmdMsg: [userId: string, cmdId: number, seq: number, message: string];
  /**
   * `missed` messages of that user and cmdId were sent while this client had no link and will not come. Only for messages that
   * were sent reliably; after `onConnectionRecovery`. `errCode` is -1.
   */
  onMissCustomCmdMsg: [userId: string, cmdId: number, errCode: number, missed: number];
  /**
   * Data came with a picture of that user. Only for pictures that are received, once per message whatever `repeatCount` was. Listen before entering:
   * pictures that are being received when the first listener comes stand still for a moment, because they have to be received anew. When the
   * last listener goes, frames are looked into no more, and pictures that begin later are not even led there.
   */
  onRecvSEIMsg: [userId: string, message: ArrayBuffer];
  /**
   * Every 2 s while in a room: the way to the server, and for each user whose streams are received the whole chain from there
   * to here, as far as it is known. 6 while the link is down.
   */
  onNetworkQuality: [local: TRTCQualityInfo, remote: TRTCQualityInfo[]];
  /** Every 2 s while in a room, after `onNetworkQuality`. */
  onStatistics: [statistics: TRTCStatistics];
  /** Once for each `startSpeedTest` that returned 0, unless it was stopped. */
  onSpeedTestResult: [result: TRTCSpeedTestResult];
  /** Answers of what this platform does not have (see `UnsupportedMethods`): always -4. */
  onStartPublishMediaStream: [taskId: string, code: number, message: string];
  /** See `onStartPublishMediaStream`. */
  onUpdatePublishMediaStream: [taskId: string, code: number, message: string];
  /** See `onStartPublishMediaStream`. */
  onStopPublishMediaStream: [taskId: string, code: number, message: string];
  /** See `onStartPublishMediaStream`. */
  onStartPublishing: [code: number, message: string];
  /** See `onStartPublishMediaStream`. */
  onStopPublishing: [code: number, message: string];
  /** See `onStartPublishMediaStream`. */
  onStartPublishCDNStream: [code: number, message: string];
  /** See `onStartPublishMediaStream`. */
  onStopPublishCDNStream: [code: number, message: string];
  /** See `onStartPublishMediaStream`. */
  onSetMixTranscodingConfig: [code: number, message: string];
  /**
   * At the interval of `enableAudioVolumeEvaluation`, while in a room, whether or not anybody speaks: oneself (userId '') while
   * the microphone is open or sound is sent, and everybody whose sound is received; how many those are; and how loud all
   * others are together, 0 to 100.
   */
  onUserVoiceVolume: [volumes: TRTCVolumeInfo[], count: number, total: number];
  /**
   * Answer to `startLocalRecording`. 0: it records. -1: it cannot begin, -2: files of that kind are not written here, -6: another
   * recording is not finished; nothing follows. `storagePath` is the path that was asked for.
   */
  onLocalRecordBegin: [errCode: number, storagePath: string];
  /** At the interval of `startLocalRecording`: milliseconds that have been recorded. */
  onLocalRecording: [durationMs: number, storagePath: string];
  /** With `maxDurationPerFile`: one more file is finished; `storagePath` is its own. */
  onLocalRecordFragment: [storagePath: string];
  /**
   * The recording is finished, and so are its files; before `onExitRoom` if it ends with the room. 0: complete. -1: it could not go
   * on. -2: the picture was closed or muted, or another one came in its place. -3: too short, nothing was recorded. Except for -3
   * there is a file of what was recorded up to then, if there was anything.
   */
  onLocalRecordComplete: [errCode: number, storagePath: string];
  /** System sound is mixed in (0), or could not be or is no longer: see `startSystemAudioLoopback`. */
  onSystemAudioLoopbackError: [code: number];
  /** Of older versions: what `playAudioEffect` played has come to its end, or could not be played. */
  onAudioEffectFinished: [effectId: number, code: number];
  /**
   * Of Rotunda, not of TRTC: the application's server (Cloud API `SetUserBlocked`) keeps this user from sending sound, pictures or
   * both from here on in this stay (1), or no longer (0). Capture goes on, and nobody gets what is sent. `onWarning` with -102013
   * comes before it when anything is blocked.
   */
  onLocalUserBlocked: [audio: 0 | 1, video: 0 | 1];
  /** The link to the server is lost; the stay goes on if it comes back in time. */
  onConnectionLost: [];
  /** Once per try. */
  onTryToReconnect: [];
  /** The link is there again, and so is the stay. */
  onConnectionRecovery: [];
  /**
   * A device came (state 0), went (1), is in use from now on (2), or is the system's default one from now on (3; microphones and
   * speakers). Type: 0 microphone, 1 speaker, 2 camera. Nothing comes while the browser keeps the devices to itself, because the
   * user has not allowed the page to capture.
   */
  onDeviceChange: [deviceId: string, type: TRTCDeviceType, state: TRTCDeviceState];
  /**
   * The level of the microphone is another one, 0 to 100, or it is muted or no longer: by `setCurrentMicDeviceVolume` or
   * `setCurrentMicDeviceMute`, as a page is not told of the system's own level. Only while `enableAudioVolumeEvaluation` is on.
   */
  onAudioDeviceCaptureVolumeChanged: [volume: number, muted: boolean];
  /** The same of the speaker: by `setCurrentSpeakerVolume` or `setCurrentSpeakerDeviceMute`. */
  onAudioDevicePlayoutVolumeChanged: [volume: number, muted: boolean];
  /** How loud the microphone that is being tested was since the last time, 0 to 100; at the asked interval. */
  onTestMicVolume: [volume: number];
  /** How loud the file of a speaker test was since the last time, 0 to 100; five times a second, and 0 when it is over. */
  onTestSpeakerVolume: [volume: number];
  /** The camera is open. */
  onCameraDidReady: [];
  /** The microphone is open. */
  onMicDidReady: [];
  /** The user chose what to share, and it is captured. */
  onScreenCaptureStarted: [];
  /** No pictures are sent for now: 0, because the user wanted it. */
  onScreenCapturePaused: [reason: number];
  /** Pictures are sent again: 0, because the user wanted it. */
  onScreenCaptureResumed: [reason: number];
  /**
   * 0: by the user, here or by the browser's own button; that is also what a browser tells of a window that is closed. It does not come when the
   * stay ends: `onExitRoom` tells that all is closed.
   */
  onScreenCaptureStopped: [reason: number];
  /** The spelling of older versions; just before the other. */
  onScreenCaptureStoped: [reason: number];
}

/** The name of a callback. */
export type TRTCCallbackName = keyof TRTCCallbacks;
