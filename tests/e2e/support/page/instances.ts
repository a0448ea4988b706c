import type { TRTCCloud as Cloud } from '@rotunda/client';
import type { Journal } from './journal.ts';

/** The share instance, or its sub-instance, whose callbacks are written down as `sub.onEnterRoom` and so on. */
export type Instance = 'main' | 'sub';

const CALLBACKS = [
  'onError',
  'onWarning',
  'onEnterRoom',
  'onExitRoom',
  'onSwitchRole',
  'onSwitchRoom',
  'onConnectOtherRoom',
  'onDisconnectOtherRoom',
  'onRemoteUserEnterRoom',
  'onRemoteUserLeaveRoom',
  'onUserVideoAvailable',
  'onUserAudioAvailable',
  'onUserSubStreamAvailable',
  'onFirstVideoFrame',
  'onFirstAudioFrame',
  'onRemoteVideoStatusUpdated',
  'onRemoteAudioStatusUpdated',
  'onSnapshotComplete',
  'onSendFirstLocalVideoFrame',
  'onSendFirstLocalAudioFrame',
  'onDeviceChange',
  'onAudioDeviceCaptureVolumeChanged',
  'onAudioDevicePlayoutVolumeChanged',
  'onCameraDidReady',
  'onMicDidReady',
  'onScreenCaptureStarted',
  'onScreenCapturePaused',
  'onScreenCaptureResumed',
  'onScreenCaptureStopped',
  'onTestMicVolume',
  'onTestSpeakerVolume',
  'onRecvCustomCmdMsg',
  'onMissCustomCmdMsg',
  'onNetworkQuality',
  'onStatistics',
  'onUserVoiceVolume',
  'onSystemAudioLoopbackError',
  'onSpeedTestResult',
  'onLocalRecordBegin',
  'onLocalRecording',
  'onLocalRecordFragment',
  'onLocalRecordComplete',
  'onLocalUserBlocked',
  'onRemovalMessage',
  'onEntryBlocked',
  'onConnectionLost',
  'onTryToReconnect',
  'onConnectionRecovery',
] as const;

/** The instances of the SDK in this page, made when they are first used. What they tell is written down. */
export class Instances {
  readonly #journal: Journal;
  #main: Cloud | undefined;
  #sub: Cloud | undefined;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  get(instance: Instance = 'main'): Cloud {
    return instance === 'main' ? (this.#main ??= this.#openMain()) : (this.#sub ??= this.#openSub());
  }

  destroy(): void {
    window.TRTCCloud.destroyTRTCShareInstance();
    this.#main = undefined;
    this.#sub = undefined;
  }

  #openMain(): Cloud {
    const cloud = window.TRTCCloud.getTRTCShareInstance();
    this.#listen(cloud, '');
    cloud.setMusicObserver({
      onStart: (...args) => this.#journal.write('music-start', args),
      onPlayProgress: (...args) => this.#journal.write('music-progress', args),
      onComplete: (...args) => this.#journal.write('music-complete', args),
    });
    return cloud;
  }

  #openSub(): Cloud {
    const sub = this.get().createSubCloud();
    if (!sub) throw new Error('the SDK made no sub-instance');
    this.#listen(sub, 'sub.');
    return sub;
  }

  #listen(cloud: Cloud, prefix: string): void {
    for (const name of CALLBACKS) {
      cloud.on(name, (...args: unknown[]) => this.#journal.write(`${prefix}${name}`, args));
    }
  }
}
