import { TRTCAudioQuality, TRTCVideoStreamType } from '@rotunda/protocol';
import { TRTCLogLevel } from './enums.ts';
import {
  anyText,
  flag,
  listener,
  number,
  object,
  oneOf,
  optional,
  text,
  views,
  type Check,
} from './checks.ts';

/** Over 100 amplifies where that is possible. */
const VOLUME = [0, 150] as const;
/** Milliseconds; at most an hour. */
const INTERVAL = [-1, 3_600_000] as const;

const userId = text('userId');
const mute = flag('mute');
const volume = number('volume', VOLUME);
const streamType = oneOf('streamType', TRTCVideoStreamType);
const params = object('params');
const event = text('event');

/** One table: what each method takes. What does not fit is told by `onError(-2)`, and the method does nothing. */
export const ARGUMENTS: Readonly<Record<string, readonly Check[]>> = {
  on: [event, listener('listener')],
  once: [event, listener('listener')],

  setDefaultStreamRecvMode: [flag('autoRecvAudio'), flag('autoRecvVideo')],

  startLocalPreview: [views('views')],
  updateLocalView: [views('views')],
  muteLocalVideo: [mute, optional(streamType)],
  setVideoEncoderParam: [params],
  setSubStreamEncoderParam: [params],
  setNetworkQosParam: [params],
  setCameraCaptureParams: [params],
  enableSmallVideoStream: [flag('enable'), optional(params)],
  setLocalRenderParams: [params],

  startRemoteView: [userId, views('views'), optional(streamType)],
  updateRemoteView: [userId, views('views'), optional(streamType)],
  stopRemoteView: [userId, optional(streamType)],
  setRemoteVideoStreamType: [userId, streamType],
  muteRemoteVideoStream: [userId, mute, optional(streamType)],
  muteAllRemoteVideoStreams: [mute],
  setRemoteRenderParams: [userId, streamType, params],

  snapshotVideo: [anyText('userId'), streamType],

  startLocalAudio: [optional(oneOf('quality', TRTCAudioQuality))],
  muteLocalAudio: [mute],
  muteRemoteAudio: [userId, mute],
  muteAllRemoteAudio: [mute],
  setRemoteAudioVolume: [userId, volume],
  setAudioCaptureVolume: [volume],
  setAudioPlayoutVolume: [volume],
  enableVoiceEarMonitor: [flag('enable')],
  setVoiceEarMonitorVolume: [volume],
  setVoiceCaptureVolume: [volume],
  enableAudioVolumeEvaluation: [number('interval', INTERVAL)],

  setLogLevel: [oneOf('level', TRTCLogLevel)],
  setConsoleEnabled: [flag('enabled')],
  setLogCallback: [optional(listener('callback'))],
  log: [text('info')],

  startScreenCapture: [optional(views('views')), optional(streamType), optional(params)],
};
