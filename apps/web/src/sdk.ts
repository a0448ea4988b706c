import type TRTCCloud from '@rotunda/client';

/** The callbacks that the page acts on, with their arguments (docs/trtc.md section 2.12). */
export interface SdkEvents {
  onEnterRoom: [result: number];
  onExitRoom: [reason: number];
  onError: [code: number, message: string];
  onWarning: [code: number, message: string, extra: unknown];
  onSwitchRole: [code: number, message: string];
  onRemoteUserEnterRoom: [userId: string];
  onRemoteUserLeaveRoom: [userId: string, reason: number];
  onUserVideoAvailable: [userId: string, available: number];
  onUserAudioAvailable: [userId: string, available: number];
  onUserSubStreamAvailable: [userId: string, available: number];
  onFirstVideoFrame: [userId: string, streamType: number, width: number, height: number];
  onScreenCaptureStarted: [];
  onScreenCaptureStopped: [reason: number];
  onConnectionLost: [];
  onTryToReconnect: [];
  onConnectionRecovery: [];
}

/** Every callback that goes into the timeline. */
const RECORDED = [
  'onEnterRoom',
  'onExitRoom',
  'onError',
  'onWarning',
  'onSwitchRole',
  'onSwitchRoom',
  'onRemoteUserEnterRoom',
  'onRemoteUserLeaveRoom',
  'onUserVideoAvailable',
  'onUserAudioAvailable',
  'onUserSubStreamAvailable',
  'onFirstVideoFrame',
  'onFirstAudioFrame',
  'onSendFirstLocalVideoFrame',
  'onSendFirstLocalAudioFrame',
  'onCameraDidReady',
  'onMicDidReady',
  'onScreenCaptureStarted',
  'onScreenCaptureStopped',
  'onConnectionLost',
  'onTryToReconnect',
  'onConnectionRecovery',
  'onDeviceChange',
  'onRecvCustomCmdMsg',
  'onMissCustomCmdMsg',
  'onRecvSEIMsg',
] as const;

type Recorder = (name: string, args: readonly unknown[]) => void;

/** Listeners on the SDK's single instance that are taken off together. */
export class Listeners {
  readonly #cloud: TRTCCloud;
  readonly #removals: (() => void)[] = [];

  /** @param record sees every callback, before the listeners that are added afterwards */
  constructor(cloud: TRTCCloud, record?: Recorder) {
    this.#cloud = cloud;
    if (!record) return;
    for (const name of RECORDED) {
      const listener = (...args: unknown[]): void => record(name, args);
      cloud.on(name, listener);
      this.#removals.push(() => void cloud.off(name, listener));
    }
  }

  add<K extends keyof SdkEvents>(name: K, listener: (...args: SdkEvents[K]) => void): void {
    this.#cloud.on(name, listener);
    this.#removals.push(() => void this.#cloud.off(name, listener));
  }

  dispose(): void {
    for (const remove of this.#removals.splice(0)) remove();
  }
}
