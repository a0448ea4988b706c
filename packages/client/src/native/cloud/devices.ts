import type { DeviceKind } from '../../devices/platform.ts';
import { TRTCDeviceType } from '../enums.ts';
import { TRTCDeviceInfo } from '../params.ts';
import { CloudRawSound } from './raw-sound.ts';

const NAMES: Record<DeviceKind, string> = {
  videoinput: 'Camera',
  audioinput: 'Microphone',
  audiooutput: 'Speaker',
};

/**
 * Cameras, microphones and speakers. Browsers list them asynchronously, so the lists are those that the browser gave last: they
 * are empty in the moment in which the instance is made, and are renewed when a device comes or goes and when a device is opened. Until the
 * user has allowed the page to capture, browsers name none: then a list has one entry with an empty id for "there is one", which
 * stands for the default device.
 */
export class CloudDevices extends CloudRawSound {
  /** The cameras that the browser tells of. */
  getCameraDevicesList(): TRTCDeviceInfo[] {
    return this.#list('videoinput');
  }

  /**
   * Uses that camera from now on; an empty id is the default one. While the camera is open the picture goes on: the others get
   * no callback. `onDeviceChange` with state 2 when the camera delivers. `onError` and no change: -1301 if there is no such
   * camera, -1314 denied, -1316 busy.
   *
   * @param deviceId - from `getCameraDevicesList`.
   */
  setCurrentCameraDevice(deviceId: string): void {
    this.core.devices.select('videoinput', deviceId);
  }

  /** The camera in use, or the one that would be used. Its id and name are empty when there is none or when it is not known yet. */
  getCurrentCameraDevice(): TRTCDeviceInfo {
    return this.#current('videoinput');
  }

  /** The microphones that the browser tells of. */
  getMicDevicesList(): TRTCDeviceInfo[] {
    return this.#list('audioinput');
  }

  /** The microphone in use, or the one that would be used. Its id and name are empty when there is none or when it is not known yet. */
  getCurrentMicDevice(): TRTCDeviceInfo {
    return this.#current('audioinput');
  }

  /**
   * As `setCurrentCameraDevice`, for microphones: -1302 if there is no such microphone, -1317 denied, -1319 busy. When the
   * microphone in use is unplugged the default one takes its place; only without any `onError(-1302)` comes and the others get
   * `onUserAudioAvailable` with 0.
   */
  setCurrentMicDevice(micId: string): void {
    this.core.devices.select('audioinput', micId);
  }

  /** @returns what `setCurrentMicDeviceVolume` was given last; 100 before that. */
  getCurrentMicDeviceVolume(): number {
    return this.core.devices.microphoneLevel.volume;
  }

  /**
   * How loud the microphone is, 0 to 100. A page cannot change the setting of the system: this makes what the others hear quieter, on top
   * of `setAudioCaptureVolume`. A browser that cannot mix sound sends it as it is: `onWarning(-4)`. `onAudioDeviceCaptureVolumeChanged` if
   * it is another one and volumes are evaluated.
   */
  setCurrentMicDeviceVolume(volume: number): void {
    this.core.devices.microphoneLevel.setVolume(volume);
  }

  /**
   * Silences the microphone for the others, who are not told of it, unlike with `muteLocalAudio`. Callbacks as with
   * `setCurrentMicDeviceVolume`.
   */
  setCurrentMicDeviceMute(mute: boolean): void {
    this.core.devices.microphoneLevel.setMuted(mute);
  }

  /** As `setCurrentMicDeviceMute` set it; false at first. */
  getCurrentMicDeviceMute(): boolean {
    return this.core.devices.microphoneLevel.muted;
  }

  /** The speakers that the browser tells of; Firefox and Safari may tell of none, although there is one. */
  getSpeakerDevicesList(): TRTCDeviceInfo[] {
    return this.#list('audiooutput');
  }

  /** The chosen speaker, or else the system's default one. Its id and name are empty where the browser tells of none. */
  getCurrentSpeakerDevice(): TRTCDeviceInfo {
    return this.#current('audiooutput');
  }

  /**
   * Where the others are heard from now on; an empty id is the default speaker, which also takes over when the chosen one is
   * unplugged. `onDeviceChange` with state 2. -1321 if there is no such speaker; `onWarning(-4)` where the browser cannot choose.
   */
  setCurrentSpeakerDevice(speakerId: string): void {
    this.core.devices.select('audiooutput', speakerId);
  }

  /** @returns what `setCurrentSpeakerVolume` was given last; 100 before that. */
  getCurrentSpeakerVolume(): number {
    return this.core.devices.speakerLevel.volume;
  }

  /**
   * How loud everything is heard here, 0 to 100: the others, music, tests of devices. A page cannot change the setting of the system: this
   * is on top of `setAudioPlayoutVolume`. `onAudioDevicePlayoutVolumeChanged` if it is another one and volumes are evaluated.
   */
  setCurrentSpeakerVolume(volume: number): void {
    this.core.devices.speakerLevel.setVolume(volume);
  }

  /** Silences everything that is heard here. Callbacks as with `setCurrentSpeakerVolume`. */
  setCurrentSpeakerDeviceMute(mute: boolean): void {
    this.core.devices.speakerLevel.setMuted(mute);
  }

  /** As `setCurrentSpeakerDeviceMute` set it; false at first. */
  getCurrentSpeakerDeviceMute(): boolean {
    return this.core.devices.speakerLevel.muted;
  }

  /**
   * Whether another microphone or speaker is used as soon as it becomes the system's default one. Without this call that is so until
   * one is chosen. Cameras have no default to follow: `onError(-2)`. A speaker that was not chosen is left to the browser, which
   * always follows.
   */
  enableFollowingDefaultAudioDevice(deviceType: TRTCDeviceType, enable: boolean): void {
    const isMicrophone = deviceType === TRTCDeviceType.TRTCDeviceTypeMic;
    this.core.devices.follow(isMicrophone ? 'audioinput' : 'audiooutput', enable);
  }

  #list(kind: DeviceKind): TRTCDeviceInfo[] {
    return this.core.devices
      .list(kind)
      .map(
        ({ deviceId, label }, index) => new TRTCDeviceInfo(deviceId, label || `${NAMES[kind]} ${index + 1}`),
      );
  }

  #current(kind: DeviceKind): TRTCDeviceInfo {
    const device = this.core.devices.current(kind);
    return new TRTCDeviceInfo(device?.deviceId, device?.label);
  }
}
