import { createDeferred, type Deferred } from '@rotunda/base';
import type { DeviceInfo } from '../devices/platform.ts';
import { browserDevices } from '../devices/browser-devices.ts';
import { browserPlatform } from '../session/browser-platform.ts';
import type { Platform } from '../session/platform.ts';
import { RoomClient } from '../session/room-client.ts';
import { VERSION } from '../version.ts';
import { Bridge } from './bridge.ts';
import { givenObject, optionalString, requiredBoolean, requiredNumber, requiredString } from './checks.ts';
import { EVENT, TYPE } from './constants.ts';
import { parseEnterConfig, parseRole } from './enter-config.ts';
import {
  ERROR_CODE,
  EXTRA_CODE,
  aborted,
  coreError,
  invalidOperation,
  operationFailed,
  toRtcError,
} from './errors.ts';
import { Listeners, type AnyHandler } from './listeners.ts';
import { LocalControls } from './local.ts';
import { loggerManager } from './logger-manager.ts';
import { assertInRoom, startRemoteVideo, stopRemoteVideo, updateRemoteVideo } from './remote.ts';
import { detectSupport, listDevices } from './statics.ts';
import type {
  CreateOptions,
  EnterRoomConfig,
  LocalAudioConfig,
  LocalVideoConfig,
  RemoteVideoConfig,
  ScreenShareConfig,
  StopRemoteVideoConfig,
  SupportDetail,
  WebEvents,
  WebRole,
} from './types.ts';

/**
 * TRTC's web interface (docs/trtc.md 3), with the names and values of npm `trtc-sdk-v5`. Methods reject with an RtcError.
 * Leaving a room, by `exitRoom` or otherwise, stops publishing; captures and previews go on until they are stopped.
 */
export class TRTC {
  static readonly VERSION = VERSION;
  static readonly EVENT = EVENT;
  static readonly TYPE = TYPE;
  static readonly ERROR_CODE = ERROR_CODE;
  /** Wrappers around the web SDK reach for it; nothing is logged. */
  static readonly _loggerManager: unknown = loggerManager;

  readonly #listeners = new Listeners();
  readonly #core: RoomClient;
  readonly #bridge: Bridge;
  readonly #local: LocalControls;
  #entry: Deferred<void> | null = null;
  #state: 'open' | 'destroyed' = 'open';

  /** Applications use `TRTC.create`. */
  constructor(platform: Platform = browserPlatform()) {
    this.#core = new RoomClient({
      platform,
      capture: 'keep',
      remoteRender: {
        video: { fit: 'cover', mirror: false, rotation: 0 },
        sub: { fit: 'contain', mirror: false, rotation: 0 },
      },
    });
    this.#local = new LocalControls(this.#core.local);
    this.#bridge = new Bridge(this.#core, {
      clock: platform.clock,
      tell: (event, payload) => this.#listeners.emit(event, payload),
    });
    this.#core.events.on('entered', () => this.#entry?.resolve());
    this.#core.events.on('enterFailed', (error, { cancelled }) =>
      this.#entry?.reject(cancelled ? aborted(error.message) : coreError(error)),
    );
  }

  /** Options concern what this SDK does not have; they are accepted. */
  static create(options?: CreateOptions): TRTC {
    void options;
    return new TRTC();
  }

  /** The SDK writes no log. */
  static setLogLevel(level: number, enableUploadLog = true): void {
    void level;
    void enableUploadLog;
  }

  static isSupported(): Promise<{ result: boolean; detail: SupportDetail }> {
    return Promise.resolve(detectSupport());
  }

  static getCameraList(requestPermission = true): Promise<readonly DeviceInfo[]> {
    return devicesOf('getCameraList', 'videoinput', requestPermission);
  }

  static getMicrophoneList(requestPermission = true): Promise<readonly DeviceInfo[]> {
    return devicesOf('getMicrophoneList', 'audioinput', requestPermission);
  }

  static getSpeakerList(requestPermission = true): Promise<readonly DeviceInfo[]> {
    return devicesOf('getSpeakerList', 'audiooutput', requestPermission);
  }

  /** Resolves when the room is entered; events about who is there follow in a later task. */
  enterRoom(config: EnterRoomConfig): Promise<void> {
    return this.#run('enterRoom', async () => {
      const { params, autoReceiveAudio, serverUrl } = parseEnterConfig(config);
      if (this.#core.state === 'leaving') await this.#core.exit();
      if (this.#state === 'destroyed') throw destroyed();
      if (this.#core.state !== 'outside') {
        throw invalidOperation(EXTRA_CODE.repeated, 'already in a room or entering one: call exitRoom first');
      }
      this.#core.setServerUrl(serverUrl);
      this.#core.audio.setAutomatic(autoReceiveAudio);
      const entry = createDeferred();
      this.#entry = entry;
      this.#core.enter(params);
      this.#bridge.entering();
      await entry.promise;
    });
  }

  /** Also succeeds outside of rooms and when the server cannot be reached. No event tells of it. */
  exitRoom(): Promise<void> {
    return this.#run('exitRoom', () => {
      this.#bridge.leaving();
      return this.#core.exit();
    });
  }

  /** Live scenes. What is captured is published as soon as the role allows it. */
  switchRole(role: WebRole, option?: { privateMapKey?: string; latencyLevel?: number }): Promise<void> {
    return this.#run('switchRole', async () => {
      const wanted = parseRole(role);
      const privateMapKey = optionalString(givenObject(option, 'option').privateMapKey, 'privateMapKey');
      assertInRoom(this.#core);
      const request = { role: wanted, ...(privateMapKey ? { privateMapKey } : {}) };
      const outcome = await this.#core.room.switchRole(request);
      if (outcome?.kind === 'refused') throw coreError(outcome);
      if (outcome?.kind !== 'done') throw aborted('the room was left meanwhile');
    });
  }

  /** Opens the camera, shows it in `view` and, in a room, publishes it. */
  startLocalVideo(config?: LocalVideoConfig): Promise<void> {
    return this.#run('startLocalVideo', () => this.#local.start('video', config));
  }

  updateLocalVideo(config: LocalVideoConfig): Promise<void> {
    return this.#run('updateLocalVideo', () => this.#local.update('video', config));
  }

  stopLocalVideo(): Promise<void> {
    return this.#run('stopLocalVideo', () => this.#core.local.stop('video'));
  }

  /** Opens the microphone and, in a room, publishes it. */
  startLocalAudio(config?: LocalAudioConfig): Promise<void> {
    return this.#run('startLocalAudio', () => this.#local.start('audio', config));
  }

  updateLocalAudio(config: LocalAudioConfig): Promise<void> {
    return this.#run('updateLocalAudio', () => this.#local.update('audio', config));
  }

  stopLocalAudio(): Promise<void> {
    return this.#run('stopLocalAudio', () => this.#core.local.stop('audio'));
  }

  /** The browser asks which screen or window. The sub stream carries it, without sound. */
  startScreenShare(config?: ScreenShareConfig): Promise<void> {
    return this.#run('startScreenShare', () => this.#local.start('sub', config));
  }

  updateScreenShare(config: ScreenShareConfig): Promise<void> {
    return this.#run('updateScreenShare', () => this.#local.update('sub', config));
  }

  stopScreenShare(): Promise<void> {
    return this.#run('stopScreenShare', () => this.#core.local.stop('sub'));
  }

  /** After `remote-video-available`. */
  startRemoteVideo(config: RemoteVideoConfig): Promise<void> {
    return this.#run('startRemoteVideo', () => startRemoteVideo(this.#core, config));
  }

  updateRemoteVideo(config: RemoteVideoConfig): Promise<void> {
    return this.#run('updateRemoteVideo', () => updateRemoteVideo(this.#core, config));
  }

  stopRemoteVideo(config: StopRemoteVideoConfig): Promise<void> {
    return this.#run('stopRemoteVideo', () => stopRemoteVideo(this.#core, config));
  }

  /** `*` for everybody. */
  muteRemoteAudio(userId: string, mute: boolean): Promise<void> {
    return this.#run('muteRemoteAudio', () => {
      const id = requiredString(userId, 'userId');
      const muted = requiredBoolean(mute, 'mute');
      if (id === '*') this.#core.audio.muteAll(muted);
      else this.#core.audio.mute(id, muted);
    });
  }

  /** 0 to 100; `*` for everybody. */
  setRemoteAudioVolume(userId: string, volume: number): Promise<void> {
    return this.#run('setRemoteAudioVolume', () => {
      const id = requiredString(userId, 'userId');
      const wanted = requiredNumber(volume, 'volume');
      if (id === '*') this.#core.audio.setPlayoutVolume(wanted);
      else this.#core.audio.setVolume(id, wanted);
    });
  }

  on<K extends keyof WebEvents>(event: K, handler: (payload: WebEvents[K]) => void, context?: unknown): this;
  on(event: string, handler: AnyHandler, context?: unknown): this;
  on(event: string, handler: AnyHandler, context?: unknown): this {
    this.#listeners.add(event, handler, context);
    return this;
  }

  /** Without a handler every one of the event; `off('*')` every one of all. */
  off<K extends keyof WebEvents>(
    event: K,
    handler?: (payload: WebEvents[K]) => void,
    context?: unknown,
  ): this;
  off(event: string, handler?: AnyHandler, context?: unknown): this;
  off(event: string, handler?: AnyHandler, context?: unknown): this {
    this.#listeners.remove(event, handler, context);
    return this;
  }

  /** Closes every capture and removes every listener; after `exitRoom` only. The instance is of no further use. */
  destroy(): void {
    if (this.#state === 'destroyed') return;
    if (this.#core.state !== 'outside') throw operationFailed('call exitRoom first').in('destroy');
    this.#state = 'destroyed';
    this.#listeners.remove('*');
    this.#bridge.leaving();
    this.#core.close();
  }

  async #run(functionName: string, action: () => Promise<void> | void): Promise<void> {
    try {
      if (this.#state === 'destroyed') throw destroyed();
      await action();
    } catch (error) {
      throw toRtcError(error, functionName);
    }
  }
}

function destroyed(): Error {
  return invalidOperation(0, 'the instance was destroyed: create another one');
}

async function devicesOf(
  functionName: string,
  kind: DeviceInfo['kind'],
  requestPermission: boolean,
): Promise<readonly DeviceInfo[]> {
  try {
    return await listDevices(browserDevices, kind, { requestPermission });
  } catch (error) {
    throw toRtcError(error, functionName);
  }
}
