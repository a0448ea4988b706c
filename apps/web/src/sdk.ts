import type { TRTCCallbackName, TRTCCallbacks, TRTCCloud } from '@rotunda/client';

/** Callbacks that repeat another one under an older name. */
type Alias = 'onUserEnter' | 'onUserExit' | 'onScreenCaptureStoped';

/** What comes all the time would bury the rest. */
type Periodic = 'onNetworkQuality' | 'onStatistics' | 'onUserVoiceVolume';

/** Answers to what this page does not ask for. */
type Unused = Extract<
  TRTCCallbackName,
  | `on${string}Publish${string}`
  | 'onSetMixTranscodingConfig'
  | 'onSpeedTestResult'
  | `onTest${string}`
  | `onLocalRecord${string}`
>;

/** Who listens to it has every frame looked into; this page sends none. */
type Costly = 'onRecvSEIMsg';

/** Every callback that goes into the timeline: the compiler asks for each one that the SDK knows. */
const RECORDED: Record<Exclude<TRTCCallbackName, Alias | Periodic | Unused | Costly>, true> = {
  onEnterRoom: true,
  onExitRoom: true,
  onError: true,
  onWarning: true,
  onSwitchRole: true,
  onSwitchRoom: true,
  onConnectOtherRoom: true,
  onDisconnectOtherRoom: true,
  onRemoteUserEnterRoom: true,
  onRemoteUserLeaveRoom: true,
  onUserVideoAvailable: true,
  onUserAudioAvailable: true,
  onUserSubStreamAvailable: true,
  onFirstVideoFrame: true,
  onUserVideoSizeChanged: true,
  onFirstAudioFrame: true,
  onRemoteVideoStatusUpdated: true,
  onRemoteAudioStatusUpdated: true,
  onSnapshotComplete: true,
  onSendFirstLocalVideoFrame: true,
  onSendFirstLocalAudioFrame: true,
  onDeviceChange: true,
  onCameraDidReady: true,
  onMicDidReady: true,
  onScreenCaptureStarted: true,
  onScreenCapturePaused: true,
  onScreenCaptureResumed: true,
  onScreenCaptureStopped: true,
  onAudioDeviceCaptureVolumeChanged: true,
  onAudioDevicePlayoutVolumeChanged: true,
  onRecvCustomCmdMsg: true,
  onMissCustomCmdMsg: true,
  onSystemAudioLoopbackError: true,
  onAudioEffectFinished: true,
  onLocalUserBlocked: true,
  onRemovalMessage: true,
  onEntryBlocked: true,
  onConnectionLost: true,
  onTryToReconnect: true,
  onConnectionRecovery: true,
};

type Recorder = (name: string, args: readonly unknown[]) => void;

/** Listeners on the SDK's single instance that are taken off together. */
export class Listeners {
  readonly #cloud: TRTCCloud;
  readonly #removals: (() => void)[] = [];

  /** @param record sees every callback, before the listeners that are added afterwards */
  constructor(cloud: TRTCCloud, record?: Recorder) {
    this.#cloud = cloud;
    if (!record) return;
    for (const name of Object.keys(RECORDED)) {
      const listener = (...args: unknown[]): void => record(name, args);
      cloud.on(name, listener);
      this.#removals.push(() => void cloud.off(name, listener));
    }
  }

  add<K extends TRTCCallbackName>(name: K, listener: (...args: TRTCCallbacks[K]) => void): void {
    this.#cloud.on(name, listener);
    this.#removals.push(() => void this.#cloud.off(name, listener));
  }

  dispose(): void {
    for (const remove of this.#removals.splice(0)) remove();
  }
}
