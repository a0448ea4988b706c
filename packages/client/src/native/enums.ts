/** Constants of the native-like face, with TRTC's names and numbers (docs/trtc.md 2.1). */
export { TRTCAppScene, TRTCRoleType, TRTCVideoStreamType, TRTCAudioQuality } from '@rotunda/protocol';

/**
 * Sizes of encoded pictures, in pixels, as wide as in landscape; see {@link TRTCVideoResolutionMode}.
 * @enum
 */
export const TRTCVideoResolution = {
  TRTCVideoResolution_120_120: 1,
  TRTCVideoResolution_160_160: 3,
  TRTCVideoResolution_270_270: 5,
  TRTCVideoResolution_480_480: 7,
  TRTCVideoResolution_160_120: 50,
  TRTCVideoResolution_240_180: 52,
  TRTCVideoResolution_280_210: 54,
  TRTCVideoResolution_320_240: 56,
  TRTCVideoResolution_400_300: 58,
  TRTCVideoResolution_480_360: 60,
  TRTCVideoResolution_640_480: 62,
  TRTCVideoResolution_960_720: 64,
  TRTCVideoResolution_160_90: 100,
  TRTCVideoResolution_256_144: 102,
  TRTCVideoResolution_320_180: 104,
  TRTCVideoResolution_480_270: 106,
  TRTCVideoResolution_640_360: 108,
  TRTCVideoResolution_960_540: 110,
  TRTCVideoResolution_1280_720: 112,
  TRTCVideoResolution_1920_1080: 114,
  TRTCVideoResolution_2560_1440: 116,
} as const;
export type TRTCVideoResolution = (typeof TRTCVideoResolution)[keyof typeof TRTCVideoResolution];

/**
 * Which side of a picture is the longer one. Portrait swaps width and height of the resolution.
 * @enum
 */
export const TRTCVideoResolutionMode = {
  TRTCVideoResolutionModeLandscape: 0,
  TRTCVideoResolutionModePortrait: 1,
} as const;
export type TRTCVideoResolutionMode = (typeof TRTCVideoResolutionMode)[keyof typeof TRTCVideoResolutionMode];

/**
 * How a picture fits a view of another shape: `Fill` covers all of it and cuts, `Fit` shows all of the picture.
 * @enum
 */
export const TRTCVideoFillMode = { TRTCVideoFillMode_Fill: 0, TRTCVideoFillMode_Fit: 1 } as const;
export type TRTCVideoFillMode = (typeof TRTCVideoFillMode)[keyof typeof TRTCVideoFillMode];

/**
 * Clockwise, in degrees.
 * @enum
 */
export const TRTCVideoRotation = {
  TRTCVideoRotation0: 0,
  TRTCVideoRotation90: 1,
  TRTCVideoRotation180: 2,
  TRTCVideoRotation270: 3,
} as const;
export type TRTCVideoRotation = (typeof TRTCVideoRotation)[keyof typeof TRTCVideoRotation];

/**
 * Whether left and right are swapped. `Auto`: of one's own camera only.
 * @enum
 */
export const TRTCVideoMirrorType = {
  TRTCVideoMirrorType_Auto: 0,
  TRTCVideoMirrorType_Enable: 1,
  TRTCVideoMirrorType_Disable: 2,
} as const;
export type TRTCVideoMirrorType = (typeof TRTCVideoMirrorType)[keyof typeof TRTCVideoMirrorType];

/**
 * What `srcData` of `setWaterMark` is.
 * @enum
 */
export const TRTCWaterMarkSrcType = {
  TRTCWaterMarkSrcTypeFile: 0,
  TRTCWaterMarkSrcTypeBGRA32: 1,
  TRTCWaterMarkSrcTypeRGBA32: 2,
} as const;
export type TRTCWaterMarkSrcType = (typeof TRTCWaterMarkSrcType)[keyof typeof TRTCWaterMarkSrcType];

/**
 * How `setBeautyStyle` would retouch a face.
 * @enum
 */
export const TRTCBeautyStyle = { TRTCBeautyStyleSmooth: 0, TRTCBeautyStyleNature: 1 } as const;
export type TRTCBeautyStyle = (typeof TRTCBeautyStyle)[keyof typeof TRTCBeautyStyle];

/**
 * How good a network path is, best first; `Down` means no link at all.
 * @enum
 */
export const TRTCQuality = {
  TRTCQuality_Unknown: 0,
  TRTCQuality_Excellent: 1,
  TRTCQuality_Good: 2,
  TRTCQuality_Poor: 3,
  TRTCQuality_Bad: 4,
  TRTCQuality_Vbad: 5,
  TRTCQuality_Down: 6,
} as const;
export type TRTCQuality = (typeof TRTCQuality)[keyof typeof TRTCQuality];

/**
 * What is logged: this level and those after it.
 * @enum
 */
export const TRTCLogLevel = {
  TRTCLogLevelVerbose: 0,
  TRTCLogLevelDebug: 1,
  TRTCLogLevelInfo: 2,
  TRTCLogLevelWarn: 3,
  TRTCLogLevelError: 4,
  TRTCLogLevelFatal: 5,
  TRTCLogLevelNone: 6,
} as const;
export type TRTCLogLevel = (typeof TRTCLogLevel)[keyof typeof TRTCLogLevel];

/**
 * What a poor network takes first: sharpness (`Smooth`) or frames (`Clear`).
 * @enum
 */
export const TRTCVideoQosPreference = {
  TRTCVideoQosPreferenceSmooth: 1,
  TRTCVideoQosPreferenceClear: 2,
} as const;
export type TRTCVideoQosPreference = (typeof TRTCVideoQosPreference)[keyof typeof TRTCVideoQosPreference];

/**
 * Who adapts to the network. Makes no difference here: the browser does.
 * @enum
 */
export const TRTCQosControlMode = { TRTCQosControlModeClient: 0, TRTCQosControlModeServer: 1 } as const;
export type TRTCQosControlMode = (typeof TRTCQosControlMode)[keyof typeof TRTCQosControlMode];

/**
 * See `setVoiceReverbType`.
 * @enum
 */
export const TRTCVoiceReverbType = {
  TRTCLiveVoiceReverbType_0: 0,
  TRTCLiveVoiceReverbType_1: 1,
  TRTCLiveVoiceReverbType_2: 2,
  TRTCLiveVoiceReverbType_3: 3,
  TRTCLiveVoiceReverbType_4: 4,
  TRTCLiveVoiceReverbType_5: 5,
  TRTCLiveVoiceReverbType_6: 6,
  TRTCLiveVoiceReverbType_7: 7,
  TRTCLiveVoiceReverbType_8: 8,
  TRTCLiveVoiceReverbType_9: 9,
  TRTCLiveVoiceReverbType_10: 10,
  TRTCLiveVoiceReverbType_11: 11,
} as const;
export type TRTCVoiceReverbType = (typeof TRTCVoiceReverbType)[keyof typeof TRTCVoiceReverbType];

/**
 * What `setVoiceChangerType` is called with; see there.
 * @enum
 */
export const TRTCVoiceChangerType = {
  TRTCLiveVoiceChangerType_0: 0,
  TRTCLiveVoiceChangerType_1: 1,
  TRTCLiveVoiceChangerType_2: 2,
  TRTCLiveVoiceChangerType_3: 3,
  TRTCLiveVoiceChangerType_4: 4,
  TRTCLiveVoiceChangerType_5: 5,
  TRTCLiveVoiceChangerType_6: 6,
  TRTCLiveVoiceChangerType_7: 7,
  TRTCLiveVoiceChangerType_8: 8,
  TRTCLiveVoiceChangerType_9: 9,
  TRTCLiveVoiceChangerType_10: 10,
  TRTCLiveVoiceChangerType_11: 11,
} as const;
export type TRTCVoiceChangerType = (typeof TRTCVoiceChangerType)[keyof typeof TRTCVoiceChangerType];

/**
 * How `setCameraCaptureParams` chooses the captured size.
 * @enum
 */
export const TRTCCameraCaptureMode = {
  TRTCCameraResolutionStrategyAuto: 0,
  TRTCCameraResolutionStrategyPerformance: 1,
  TRTCCameraResolutionStrategyHighQuality: 2,
  TRTCCameraCaptureManual: 3,
} as const;
export type TRTCCameraCaptureMode = (typeof TRTCCameraCaptureMode)[keyof typeof TRTCCameraCaptureMode];

/**
 * What `startLocalRecording` records.
 * @enum
 */
export const TRTCRecordType = {
  TRTCRecordTypeAudio: 0,
  TRTCRecordTypeVideo: 1,
  TRTCRecordTypeBoth: 2,
} as const;
export type TRTCRecordType = (typeof TRTCRecordType)[keyof typeof TRTCRecordType];

/**
 * What `startAudioRecording` records.
 * @enum
 */
export const TRTCAudioRecordingContent = {
  TRTCAudioRecordingContentAll: 0,
  TRTCAudioRecordingContentLocal: 1,
  TRTCAudioRecordingContentRemote: 2,
} as const;
export type TRTCAudioRecordingContent =
  (typeof TRTCAudioRecordingContent)[keyof typeof TRTCAudioRecordingContent];

/**
 * What kind of device `onDeviceChange` tells of.
 * @enum
 */
export const TRTCDeviceType = {
  TRTCDeviceTypeUnknown: -1,
  TRTCDeviceTypeMic: 0,
  TRTCDeviceTypeSpeaker: 1,
  TRTCDeviceTypeCamera: 2,
} as const;
export type TRTCDeviceType = (typeof TRTCDeviceType)[keyof typeof TRTCDeviceType];

/**
 * What happened to a device; see `onDeviceChange`.
 * @enum
 */
export const TRTCDeviceState = {
  TRTCDeviceStateAdd: 0,
  TRTCDeviceStateRemove: 1,
  TRTCDeviceStateActive: 2,
  TRTCDefaultDeviceChanged: 3,
} as const;
export type TRTCDeviceState = (typeof TRTCDeviceState)[keyof typeof TRTCDeviceState];

/**
 * What a source of a screen share is; a custom one is a tab.
 * @enum
 */
export const TRTCScreenCaptureSourceType = {
  TRTCScreenCaptureSourceTypeUnknown: -1,
  TRTCScreenCaptureSourceTypeWindow: 0,
  TRTCScreenCaptureSourceTypeScreen: 1,
  TRTCScreenCaptureSourceTypeCustom: 2,
} as const;
export type TRTCScreenCaptureSourceType =
  (typeof TRTCScreenCaptureSourceType)[keyof typeof TRTCScreenCaptureSourceType];

/**
 * Whether a stream of somebody else plays; see `onRemoteVideoStatusUpdated`.
 * @enum
 */
export const TRTCAVStatusType = {
  TRTCAVStatusStopped: 0,
  TRTCAVStatusPlaying: 1,
  TRTCAVStatusLoading: 2,
} as const;
export type TRTCAVStatusType = (typeof TRTCAVStatusType)[keyof typeof TRTCAVStatusType];

/**
 * Why a stream of somebody else plays, loads or is stopped from now on; see `onRemoteVideoStatusUpdated`. `Internal` is never told here.
 * @enum
 */
export const TRTCAVStatusChangeReason = {
  TRTCAVStatusChangeReasonInternal: 0,
  TRTCAVStatusChangeReasonBufferingBegin: 1,
  TRTCAVStatusChangeReasonBufferingEnd: 2,
  TRTCAVStatusChangeReasonLocalStarted: 3,
  TRTCAVStatusChangeReasonLocalStopped: 4,
  TRTCAVStatusChangeReasonRemoteStarted: 5,
  TRTCAVStatusChangeReasonRemoteStopped: 6,
} as const;
export type TRTCAVStatusChangeReason =
  (typeof TRTCAVStatusChangeReason)[keyof typeof TRTCAVStatusChangeReason];
