import { TRTCAudioQuality, TRTCVideoStreamType, TRTC_ERRORS } from '@rotunda/protocol';
import {
  anyText,
  flag,
  functions,
  listener,
  number,
  object,
  oneOf,
  optional,
  text,
  vector,
  views,
  type Check,
} from './checks.ts';
import {
  TRTCDeviceType,
  TRTCLogLevel,
  TRTCVideoFillMode,
  TRTCVideoRotation,
  TRTCVoiceReverbType,
} from './enums.ts';
import { BAD_PARAMS } from './recording.ts';
import { UNSUPPORTED } from './unsupported.ts';

/** Over 100 amplifies where that is possible. */
const VOLUME = [0, 150] as const;
/** -1 leaves a volume as it was. */
const UNLESS_CHANGED = [-1, 100] as const;
/** Milliseconds; at most an hour. */
const INTERVAL = [-1, 3_600_000] as const;

/** Milliseconds. */
const MUSIC_TIME = [0, Number.MAX_SAFE_INTEGER] as const;

const musicId = number('id', [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]);
/** What has a default device. */
const SOUND_DEVICE = {
  microphone: TRTCDeviceType.TRTCDeviceTypeMic,
  speaker: TRTCDeviceType.TRTCDeviceTypeSpeaker,
};
const FRAME_RATE = [0, 60] as const;
/** An encoded picture is not turned by a quarter. */
const UPRIGHT_OR_NOT = {
  upright: TRTCVideoRotation.TRTCVideoRotation0,
  upsideDown: TRTCVideoRotation.TRTCVideoRotation180,
};

/** In the application's own unit of length. */
const RANGE = [0, Number.MAX_SAFE_INTEGER] as const;

const userId = text('userId');
const mute = flag('mute');
const volume = number('volume', VOLUME);
const deviceVolume = number('volume', [0, 100]);
const position = vector('position');
const streamType = oneOf('streamType', TRTCVideoStreamType);
const { TRTCVideoStreamTypeBig, TRTCVideoStreamTypeSmall, TRTCVideoStreamTypeSub } = TRTCVideoStreamType;
/** What is captured: big and small stream are one camera. */
const captured = oneOf('streamType', { TRTCVideoStreamTypeBig, TRTCVideoStreamTypeSub });
/** The streams of a camera. */
const ofCamera = oneOf('streamType', { TRTCVideoStreamTypeBig, TRTCVideoStreamTypeSmall });
const fillMode = oneOf('mode', TRTCVideoFillMode);
const rotation = oneOf('rotation', TRTCVideoRotation);
const params = object('params');
const frame = object('frame');
const event = text('event');
const observer = functions('observer', ['onStart', 'onPlayProgress', 'onComplete']);
const frames = functions('callback', [
  'onCapturedAudioFrame',
  'onLocalProcessedAudioFrame',
  'onPlayAudioFrame',
  'onMixedPlayAudioFrame',
  'onMixedAllAudioFrame',
]);

/** One table: what each method takes. What does not fit is told by `onError(-2)`, and the method does nothing. */
export const ARGUMENTS: Readonly<Record<string, readonly Check[]>> = {
  on: [event, listener('listener')],
  once: [event, listener('listener')],

  setServerUrl: [optional(anyText('url'))],
  connectOtherRoom: [text('params')],
  setDefaultStreamRecvMode: [flag('autoRecvAudio'), flag('autoRecvVideo')],

  startLocalPreview: [views('views')],
  updateLocalView: [views('views')],
  muteLocalVideo: [mute, optional(captured)],
  setVideoEncoderParam: [params],
  setSubStreamEncoderParam: [params],
  setNetworkQosParam: [params],
  setCameraCaptureParams: [params],
  enableSmallVideoStream: [flag('enable'), optional(params)],
  setLocalRenderParams: [params],

  startRemoteView: [userId, views('views'), optional(streamType)],
  updateRemoteView: [userId, views('views'), optional(streamType)],
  stopRemoteView: [userId, optional(streamType)],
  setRemoteVideoStreamType: [userId, ofCamera],
  muteRemoteVideoStream: [userId, mute, optional(streamType)],
  muteAllRemoteVideoStreams: [mute],
  setRemoteRenderParams: [userId, streamType, params],

  setLocalViewFillMode: [fillMode],
  setLocalViewRotation: [rotation],
  setLocalViewMirror: [flag('mirror')],
  setRemoteViewFillMode: [userId, fillMode],
  setRemoteViewRotation: [userId, rotation],
  setRemoteSubStreamViewFillMode: [userId, fillMode],
  setRemoteSubStreamViewRotation: [userId, rotation],
  startRemoteSubStreamView: [userId, views('view')],
  stopRemoteSubStreamView: [userId],
  setPriorRemoteVideoStreamType: [streamType],

  setWaterMark: [streamType],
  setVideoMuteImage: [optional(object('imageBuffer')), optional(number('fps', FRAME_RATE))],
  setVideoEncoderRotation: [oneOf('rotation', UPRIGHT_OR_NOT)],
  setVideoEncoderMirror: [flag('mirror')],
  snapshotVideo: [anyText('userId'), streamType],

  startLocalAudio: [optional(oneOf('quality', TRTCAudioQuality))],
  setAudioQuality: [oneOf('quality', TRTCAudioQuality)],
  muteLocalAudio: [mute],
  muteRemoteAudio: [userId, mute],
  muteAllRemoteAudio: [mute],
  setRemoteAudioVolume: [userId, volume],
  setAudioCaptureVolume: [volume],
  setAudioPlayoutVolume: [volume],
  setRemoteAudioParallelParams: [object('param')],
  enable3DSpatialAudioEffect: [flag('enabled')],
  updateSelf3DSpatialPosition: [position, vector('axisForward'), vector('axisRight'), vector('axisUp')],
  updateRemote3DSpatialPosition: [userId, position],
  set3DSpatialReceivingRange: [userId, number('range', RANGE)],
  enableVoiceEarMonitor: [flag('enable')],
  setVoiceEarMonitorVolume: [volume],
  setVoiceCaptureVolume: [volume],
  setVoiceReverbType: [oneOf('type', TRTCVoiceReverbType)],
  startPlayMusic: [object('musicParam'), optional(observer)],
  setMusicObserver: [optional(observer)],
  stopPlayMusic: [musicId],
  pausePlayMusic: [musicId],
  resumePlayMusic: [musicId],
  seekMusicToPosInTime: [musicId, number('pts', MUSIC_TIME)],
  setAllMusicVolume: [volume],
  setMusicPlayoutVolume: [musicId, volume],
  setMusicPublishVolume: [musicId, volume],
  startSystemAudioLoopback: [optional(anyText('path'))],
  setSystemAudioLoopbackVolume: [volume],
  setSubStreamMixVolume: [volume],
  enableCustomAudioCapture: [flag('enable')],
  sendCustomAudioData: [frame],
  enableMixExternalAudioFrame: [flag('enablePublish'), flag('enablePlayout')],
  setAudioFrameCallback: [optional(frames)],
  setMixExternalAudioVolume: [
    number('publishVolume', UNLESS_CHANGED),
    number('playoutVolume', UNLESS_CHANGED),
  ],
  playBGM: [text('path')],
  setBGMPosition: [number('pos', MUSIC_TIME)],
  setBGMVolume: [volume],
  setBGMPlayoutVolume: [volume],
  setBGMPublishVolume: [volume],
  playAudioEffect: [object('effect')],
  setAudioEffectVolume: [musicId, volume],
  stopAudioEffect: [musicId],
  pauseAudioEffect: [musicId],
  resumeAudioEffect: [musicId],
  setAllAudioEffectsVolume: [volume],
  setMicVolumeOnMixing: [volume],
  enableAudioVolumeEvaluation: [number('interval', INTERVAL)],

  startLocalRecording: [object('options')],
  setRecordedFileReceiver: [optional(listener('receiver'))],

  setLogLevel: [oneOf('level', TRTCLogLevel)],
  setConsoleEnabled: [flag('enabled')],
  setLogCallback: [optional(listener('callback'))],
  log: [text('info')],

  setCurrentCameraDevice: [anyText('deviceId')],
  setCurrentMicDevice: [anyText('micId')],
  setCurrentSpeakerDevice: [anyText('speakerId')],
  setCurrentMicDeviceVolume: [deviceVolume],
  setCurrentMicDeviceMute: [mute],
  setCurrentSpeakerVolume: [deviceVolume],
  setCurrentSpeakerDeviceMute: [mute],
  enableFollowingDefaultAudioDevice: [oneOf('deviceType', SOUND_DEVICE), flag('enable')],

  startCameraDeviceTest: [views('view')],
  startSpeakerDeviceTest: [text('testAudioFilePath')],
  startMicDeviceTest: [number('interval', INTERVAL), optional(flag('playback'))],

  startScreenCapture: [optional(views('views')), optional(streamType), optional(params)],

  setEnableRenderFrame: [flag('enable')],

  // These look at what they are given themselves: see ANSWERS.
  setLocalVideoRenderCallback: [],
  setRemoteVideoRenderCallback: [],
  startAudioRecording: [],
  startSpeedTest: [],
  addPlugin: [],
};

/** Methods that answer at once and fire nothing: what they answer when they cannot read what they are given. */
export const ANSWERS: Readonly<Record<string, unknown>> = {
  setLocalVideoRenderCallback: TRTC_ERRORS.ERR_INVALID_PARAMETER.code,
  setRemoteVideoRenderCallback: TRTC_ERRORS.ERR_INVALID_PARAMETER.code,
  startAudioRecording: BAD_PARAMS,
  startSpeedTest: TRTC_ERRORS.ERR_INVALID_PARAMETER.code,
  addPlugin: UNSUPPORTED.addPlugin.returns?.(),
};
