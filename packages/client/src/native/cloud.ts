import { TypedEmitter } from '@rotunda/base';
import {
  TRTCAudioQuality,
  TRTCError,
  TRTCVideoStreamType,
  TRTC_ERRORS,
  type Source,
  type TRTCAppScene,
  type TRTCRoleType,
} from '@rotunda/protocol';
import type { VideoCodec } from '../media/engine.ts';
import type { RenderOptions } from '../media/playback.ts';
import { browserPlatform } from '../session/browser-platform.ts';
import { RoomClient, type Platform } from '../session/room-client.ts';
import { VERSION } from '../version.ts';
import { AUDIO_QUALITIES } from './audio-quality.ts';
import { bridgeCallbacks, fireScreenStopped } from './bridge.ts';
import type { TRTCCallbackName, TRTCCallbacks } from './callbacks.ts';
import { parseEnterParams, parseRole } from './enter-params.ts';
import type { TRTCInitConfig, TRTCParams, TRTCRenderParams, TRTCVideoEncParam } from './params.ts';
import { toLayer, toRenderOptions, toSource, toVideoSettings, toViews, type Views } from './video-params.ts';

type AnyListener = (...args: never[]) => void;

const REMOTE_RENDER: RenderOptions = { fit: 'contain', mirror: false, rotation: 0 };
const CODECS: readonly VideoCodec[] = ['vp8', 'h264', 'vp9'];

/** The instance of `getTRTCShareInstance`. */
let shared: TRTCCloud | null = null;

/**
 * TRTC's native-like interface (docs/trtc.md 2), with the names, argument orders and numbers of npm `trtc-electron-sdk`. Methods
 * return at once; what comes of them is told by callbacks, of which `onExitRoom` is the last of a stay.
 */
export class TRTCCloud {
  readonly #emitter = new TypedEmitter<Record<string, unknown[]>>();
  readonly #core: RoomClient;

  constructor(config?: TRTCInitConfig, platform: Platform = browserPlatform()) {
    this.#core = new RoomClient({
      platform,
      capture: 'release',
      remoteRender: { video: REMOTE_RENDER, sub: REMOTE_RENDER },
    });
    const proxy = config?.networkProxy;
    if (proxy?.host) this.setServerUrl(proxyUrl(proxy));
    bridgeCallbacks(this.#core, (name, ...args) => this.#fire(name, ...args));
  }

  static getTRTCShareInstance(config?: TRTCInitConfig): TRTCCloud {
    shared ??= new TRTCCloud(config);
    return shared;
  }

  static destroyTRTCShareInstance(): void {
    shared?.destroy();
  }

  /** No callback comes any more; a stay is still left. The instance is of no further use. */
  destroy(): void {
    if (shared === this) shared = null;
    this.#emitter.removeAllListeners();
    this.#core.close();
  }

  getSDKVersion(): string {
    return VERSION;
  }

  /** Which server to enter rooms of: an http(s) or ws(s) address. Counts from the next `enterRoom` on; null for the default. */
  setServerUrl(url: string | null): void {
    this.#core.setServerUrl(url);
  }

  // Callbacks

  on<K extends TRTCCallbackName>(event: K, listener: (...args: TRTCCallbacks[K]) => void): this;
  on(event: string, listener: AnyListener): this;
  on(event: string, listener: AnyListener): this {
    this.#emitter.on(event, listener as (...args: unknown[]) => void);
    return this;
  }

  once<K extends TRTCCallbackName>(event: K, listener: (...args: TRTCCallbacks[K]) => void): this;
  once(event: string, listener: AnyListener): this;
  once(event: string, listener: AnyListener): this {
    this.#emitter.once(event, listener as (...args: unknown[]) => void);
    return this;
  }

  off<K extends TRTCCallbackName>(event: K, listener: (...args: TRTCCallbacks[K]) => void): this;
  off(event: string, listener: AnyListener): this;
  off(event: string, listener: AnyListener): this {
    this.#emitter.off(event, listener as (...args: unknown[]) => void);
    return this;
  }

  /** Removes every listener, or those of one callback. */
  removeAllListeners(event?: string): this {
    this.#emitter.removeAllListeners(event);
    return this;
  }

  // Room

  /** Told by `onEnterRoom`; a failure also by `onError`. */
  enterRoom(params: TRTCParams, scene: TRTCAppScene): void {
    try {
      this.#core.enter(parseEnterParams(params, scene));
    } catch (error) {
      const { code, message } = error instanceof TRTCError ? error : new TRTCError('ERR_ROOM_ENTER_FAIL');
      this.#later(() => {
        this.#fire('onEnterRoom', code);
        this.#fire('onError', code, message);
      });
    }
  }

  /** Told by `onExitRoom`, also when there was nothing to leave. */
  exitRoom(): void {
    void this.#core.exit();
  }

  /** Live scenes. Told by `onSwitchRole`. */
  switchRole(role: TRTCRoleType, privateMapKey?: string): void {
    try {
      const request = { role: parseRole(role), ...(privateMapKey ? { privateMapKey } : {}) };
      void this.#core.switchRole(request).then((outcome) => {
        if (outcome?.kind === 'done') this.#fire('onSwitchRole', 0, '');
        else if (outcome?.kind === 'refused') this.#fire('onSwitchRole', outcome.code, outcome.message);
        else if (!outcome) this.#fire('onSwitchRole', TRTC_ERRORS.ERR_REFUSED.code, 'enter a room first');
      });
    } catch {
      const { code, message } = TRTC_ERRORS.ERR_SERVER_INFO_BAD_SCENE_OR_ROLE;
      this.#later(() => this.#fire('onSwitchRole', code, message));
    }
  }

  /** Before `enterRoom`. Video is received for whom `startRemoteView` was called, whatever `autoRecvVideo` says. */
  setDefaultStreamRecvMode(autoRecvAudio: boolean, autoRecvVideo: boolean): void {
    void autoRecvVideo;
    this.#core.audio.setAutomatic(autoRecvAudio);
  }

  // Own picture

  /** Opens the camera, shows it in the views and, in a room, publishes it. */
  startLocalPreview(views: Views): void {
    this.#start('video', views);
  }

  stopLocalPreview(): void {
    this.#core.local.stop('video');
  }

  updateLocalView(views: Views): void {
    this.#core.local.setViews('video', toViews(views));
  }

  /** Stops sending without closing the device. */
  muteLocalVideo(
    mute: boolean,
    streamType: TRTCVideoStreamType = TRTCVideoStreamType.TRTCVideoStreamTypeBig,
  ): void {
    this.#core.local.setMuted(toSource(streamType), mute);
  }

  setVideoEncoderParam(params: Partial<TRTCVideoEncParam>): void {
    const { local } = this.#core;
    local.settings.video = toVideoSettings(params, local.settings.video);
    local.applySettings('video');
  }

  setSubStreamEncoderParam(params: Partial<TRTCVideoEncParam>): void {
    const { local } = this.#core;
    local.settings.sub = toVideoSettings(params, local.settings.sub);
    local.applySettings('sub');
  }

  /** The small stream is on by default; `params` gives its size and rate. */
  enableSmallVideoStream(enable: boolean, params?: Partial<TRTCVideoEncParam>): void {
    const { local } = this.#core;
    const small = { width: 160, height: 90, fps: local.settings.video.fps, kbps: 100 };
    if (!enable) local.settings.small = 'off';
    else local.settings.small = params ? toVideoSettings(params, small) : 'auto';
    local.applySettings('video');
  }

  setLocalRenderParams(params: Partial<TRTCRenderParams>): void {
    const { local } = this.#core;
    local.setRender('video', toRenderOptions(params, local.settings.render.video, { autoMirror: true }));
  }

  // Own sound

  /** Opens the microphone and, in a room, publishes it. */
  startLocalAudio(quality: TRTCAudioQuality = TRTCAudioQuality.TRTCAudioQualityDefault): void {
    const { settings } = this.#core.local;
    settings.audio = AUDIO_QUALITIES[quality] ?? settings.audio;
    this.#start('audio');
  }

  stopLocalAudio(): void {
    this.#core.local.stop('audio');
  }

  /** Sends silence without closing the device. */
  muteLocalAudio(mute: boolean): void {
    this.#core.local.setMuted('audio', mute);
  }

  // Screen

  /** The browser asks which screen or window. Only the sub stream carries it. */
  startScreenCapture(
    view: Views = null,
    type: TRTCVideoStreamType = TRTCVideoStreamType.TRTCVideoStreamTypeSub,
    params: Partial<TRTCVideoEncParam> | null = null,
  ): void {
    if (toSource(type) !== 'sub') {
      const { code } = TRTC_ERRORS.ERR_NOT_SUPPORTED;
      this.#later(() => this.#fire('onError', code, 'the screen is shared on the sub stream'));
      return;
    }
    if (params) this.setSubStreamEncoderParam(params);
    this.#start('sub', view);
  }

  stopScreenCapture(): void {
    if (!this.#core.local.isStarted('sub')) return;
    this.#core.local.stop('sub');
    this.#later(() => fireScreenStopped((name, ...args) => this.#fire(name, ...args)));
  }

  // Pictures of others

  /** Receives and shows a user's stream; before it is there, as soon as it comes. */
  startRemoteView(userId: string, views: Views, streamType?: TRTCVideoStreamType): void {
    const stream = { userId, source: toSource(streamType), layer: toLayer(streamType) };
    this.#core.views.start(stream, toViews(views));
  }

  updateRemoteView(userId: string, views: Views, streamType?: TRTCVideoStreamType): void {
    this.#core.views.setViews(userId, toSource(streamType), toViews(views));
  }

  stopRemoteView(userId: string, streamType?: TRTCVideoStreamType): void {
    this.#core.views.stop(userId, toSource(streamType));
  }

  stopAllRemoteView(): void {
    this.#core.views.stopAll();
  }

  /** Big or small; the big one if the user publishes no small one. */
  setRemoteVideoStreamType(userId: string, streamType: TRTCVideoStreamType): void {
    this.#core.views.setLayer(userId, toLayer(streamType));
  }

  /** Stops receiving; the last picture stays. */
  muteRemoteVideoStream(userId: string, mute: boolean, streamType?: TRTCVideoStreamType): void {
    this.#core.views.pause(userId, toSource(streamType), mute);
  }

  muteAllRemoteVideoStreams(mute: boolean): void {
    this.#core.views.pauseAll(mute);
  }

  setRemoteRenderParams(
    userId: string,
    streamType: TRTCVideoStreamType,
    params: Partial<TRTCRenderParams>,
  ): void {
    const { views } = this.#core;
    const source = toSource(streamType);
    const current = views.renderOf(userId, source);
    views.setRender(userId, source, toRenderOptions(params, current, { autoMirror: false }));
  }

  // Sound of others

  muteRemoteAudio(userId: string, mute: boolean): void {
    this.#core.audio.mute(userId, mute);
  }

  muteAllRemoteAudio(mute: boolean): void {
    this.#core.audio.muteAll(mute);
  }

  /** 0 to 100. */
  setRemoteAudioVolume(userId: string, volume: number): void {
    this.#core.audio.setVolume(userId, volume);
  }

  /** 0 to 100. */
  setAudioPlayoutVolume(volume: number): void {
    this.#core.audio.setPlayoutVolume(volume);
  }

  getAudioPlayoutVolume(): number {
    return this.#core.audio.playoutVolume;
  }

  /** JSON with `api` and `params`. Known: `setVideoCodec` with `{codec: 'vp8' | 'h264' | 'vp9'}`. */
  callExperimentalAPI(json: string): void {
    const codec = parseCodecCall(json);
    if (codec) {
      this.#core.local.settings.codec = codec;
      this.#core.local.applySettings('video');
      return;
    }
    const { code } = TRTC_ERRORS.ERR_INVALID_PARAMETER;
    this.#later(() => this.#fire('onError', code, 'callExperimentalAPI knows no such call'));
  }

  #start(source: Source, views?: Views): void {
    const how = source === 'audio' ? {} : { views: toViews(views) };
    void this.#core.local.start(source, how).then((outcome) => {
      if (outcome.kind === 'failed') this.#fire('onError', outcome.error.code, outcome.error.message);
    });
  }

  /** A callback never comes out of the very call that causes it. */
  #later(tell: () => void): void {
    queueMicrotask(tell);
  }

  #fire<K extends TRTCCallbackName>(name: K, ...args: TRTCCallbacks[K]): void {
    this.#emitter.emit(name, ...args);
  }
}

function proxyUrl({ host, port, config }: NonNullable<TRTCInitConfig['networkProxy']>): string {
  if (host.includes('://')) return port ? `${host}:${port}` : host;
  return `${config?.supportHttps ? 'https' : 'http'}://${host}${port ? `:${port}` : ''}`;
}

function parseCodecCall(json: string): VideoCodec | null {
  try {
    const call = JSON.parse(json) as { api?: unknown; params?: { codec?: unknown } } | null;
    if (call?.api !== 'setVideoCodec') return null;
    return CODECS.find((codec) => codec === call.params?.codec) ?? null;
  } catch {
    return null;
  }
}
