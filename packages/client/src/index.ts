/** The native-like face: TRTC's interface as npm `trtc-electron-sdk` has it. */
export { TRTCCloud, TRTCCloud as default } from './native/cloud.ts';
export type { TRTCCallbackName, TRTCCallbacks } from './native/callbacks.ts';
export * from './native/codes.ts';
export * from './native/enums.ts';
export {
  TRTCDeviceInfo,
  TRTCImageBuffer,
  TRTCNetworkQosParam,
  TRTCParams,
  TRTCRenderParams,
  TRTCSwitchRoomParam,
  TRTCVideoEncParam,
  type TRTCCameraCaptureParams,
  type TRTCInitConfig,
} from './native/params.ts';
export { TRTCAudioRecordingParams, type TRTCLocalRecordingOptions } from './native/recording.ts';
export { TRTCSpeedTestParams, TRTCSpeedTestResult } from './native/speed-test.ts';
export type {
  PluginInfo,
  TRTCAudioProcessPluginOptions,
  TRTCMediaEncryptDecryptPluginOptions,
  TRTCPluginInfo,
  TRTCVideoProcessPluginOptions,
} from './native/unsupported.ts';
export type { TRTCAudioParallelParams } from './native/cloud/hearing.ts';
export { Rect, TRTCScreenCaptureProperty, TRTCScreenCaptureSourceInfo } from './native/screen-sources.ts';
export type { Views } from './native/video-params.ts';
export {
  TRTCLocalStatistics,
  TRTCQualityInfo,
  TRTCRemoteStatistics,
  TRTCStatistics,
} from './native/statistics.ts';
export { TRTCVolumeInfo } from './native/volumes.ts';
export {
  AudioMusicParam,
  TRTCAudioEffectParam,
  type TRTCAudioMusicParam,
  type TRTCMusicPlayObserver,
} from './native/music.ts';
export * from './native/mix-params.ts';
export type * from './native/publish-params.ts';
export * from './native/raw-frames.ts';
