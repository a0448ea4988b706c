import type { TRTCCallbacks } from './callbacks.ts';
import type { TRTCBeautyStyle, TRTCVoiceChangerType } from './enums.ts';
import type { TRTCVideoPixelFormat } from './raw-frames.ts';

/** What a video process, encryption or audio process plugin is in TRTC. */
export interface PluginInfo {
  /** As given to `addPlugin`. */
  id: string;
  /** As given to `addPlugin`. */
  deviceId?: string;
  /** -4. */
  enable: () => number;
  /** -4. */
  disable: () => number;
  /** -4. */
  setParameter: (param: string) => number;
}

/** As {@link PluginInfo}. */
export type TRTCPluginInfo = PluginInfo;

/** What `setPluginParams` takes for plugins that process sound; not read. */
export interface TRTCAudioProcessPluginOptions {
  /** Whether they are called. */
  enable?: boolean;
}

/** What `setPluginParams` takes for plugins that process pictures; not read. */
export interface TRTCVideoProcessPluginOptions extends TRTCAudioProcessPluginOptions {
  /** How they want pictures. */
  pixelFormat?: TRTCVideoPixelFormat;
}

/** What `setPluginParams` takes for plugins that encrypt; not read. */
export type TRTCMediaEncryptDecryptPluginOptions = TRTCAudioProcessPluginOptions;

/**
 * What a browser, or a server without a CDN, cannot do. Each method answers as TRTC's SDK does where its platform cannot: those
 * with a result callback by it, with -4, and all by one `onWarning(-4)` per method. Nothing else happens.
 */
export interface UnsupportedMethods {
  /** Publishing to a CDN or mixing on the server; `onStartPublishMediaStream('', -4)`. */
  startPublishMediaStream(target: object, params: object | null, config: object | null): void;
  /** `onUpdatePublishMediaStream(taskId, -4)`. */
  updatePublishMediaStream(
    taskId: string,
    target: object | null,
    params: object | null,
    config: object | null,
  ): void;
  /** `onStopPublishMediaStream(taskId, -4)`. */
  stopPublishMediaStream(taskId: string): void;
  /** Of older versions; `onStartPublishing(-4)`. */
  startPublishing(streamId: string, type: number): void;
  /** Of older versions; `onStopPublishing(-4)`. */
  stopPublishing(): void;
  /** Of older versions; `onStartPublishCDNStream(-4)`. */
  startPublishCDNStream(param: object): void;
  /** Of older versions; `onStopPublishCDNStream(-4)`. */
  stopPublishCDNStream(): void;
  /** Of older versions; `onSetMixTranscodingConfig(-4)`. */
  setMixTranscodingConfig(config: object | null): void;

  /** A browser plays music faster or slower, but not higher or lower. Only `onWarning(-4)`. */
  setMusicPitch(id: number, pitch: number): void;
  /** See `setMusicPitch`. */
  setVoicePitch(pitch: number): void;
  /** The voice stays as it is. Only `onWarning(-4)`. */
  setVoiceChangerType(type: TRTCVoiceChangerType): void;

  /** A browser does not retouch faces: pictures go out as they are. Only `onWarning(-4)`. */
  setBeautyStyle(style: TRTCBeautyStyle, beauty: number, white: number, ruddiness: number): void;

  /** Plugins are native libraries. Only `onWarning(-4)`. */
  setPluginParams(type: number, options: object): void;
  /** @returns a plugin whose methods return -4. */
  addPlugin(options: { id: string; path: string; type?: number; deviceId?: string }): TRTCPluginInfo;
  /** See `addPlugin`. */
  removePlugin(id: string, deviceId?: string): void;
  /** The callback is never called: no plugin is ever loaded. Only `onWarning(-4)`. */
  setPluginCallback(pluginCallback: (pluginId: string, errorCode: number, message: string) => void): void;
  /** Of older versions. Only `onWarning(-4)`. */
  initPluginManager(options?: object): void;
  /** Of older versions. Only `onWarning(-4)`. */
  destroyPluginManager(): void;
  /** Of older versions. Only `onWarning(-4)`. @returns null. */
  getPluginList(): TRTCPluginInfo[] | null;

  /** Mixing of several sources on this machine, Windows only. Only `onWarning(-4)`. @returns null, as everywhere else. */
  getMediaMixingManager(): null;
  /** Only `onWarning(-4)`. @returns null. */
  getMediaMixingService(): null;
  /** Of older versions. Only `onWarning(-4)`. @returns null. */
  createLocalMediaTranscoder(config?: object): null;
  /** Of older versions. Only `onWarning(-4)`. */
  destroyLocalMediaTranscoder(): void;

  /** Which windows are in a shared screen, or beside a shared window, is the browser's affair. Only `onWarning(-4)`. */
  addExcludedShareWindow(win: string): void;
  /** See `addExcludedShareWindow`. */
  removeExcludedShareWindow(win: string): void;
  /** See `addExcludedShareWindow`. */
  removeAllExcludedShareWindow(): void;
  /** See `addExcludedShareWindow`. */
  addIncludedShareWindow(win: string): void;
  /** See `addExcludedShareWindow`. */
  removeIncludedShareWindow(win: string): void;
  /** See `addExcludedShareWindow`. */
  removeAllIncludedShareWindow(): void;

  /** A browser has no log files: `setLogCallback` gives every line to the application. Only `onWarning(-4)`. */
  setLogDirPath(path: string): void;
  /** See `setLogDirPath`. */
  setLogCompressEnabled(enabled: boolean): void;
}

/** Callbacks that tell a result as `(code, message)`, or as `(taskId, code, message)`. */
type ResultCallback = {
  [K in keyof TRTCCallbacks]: TRTCCallbacks[K] extends [code: number, message: string] ? K : never;
}[keyof TRTCCallbacks];
type TaskCallback = {
  [K in keyof TRTCCallbacks]: TRTCCallbacks[K] extends [taskId: string, code: number, message: string]
    ? K
    : never;
}[keyof TRTCCallbacks];

/** How one of these methods answers, beside the warning. */
export interface UnsupportedAnswer {
  /** Why not, and what to do instead. */
  readonly why: string;
  readonly returns?: (...args: readonly unknown[]) => unknown;
  readonly result?: ResultCallback;
  readonly taskResult?: TaskCallback;
}

const NOT_SUPPORTED = -4;

const cdn = { why: 'this server does not publish to a CDN and does not mix streams' };
const pitch = { why: 'sound goes on at the pitch that it has' };
const beauty = { why: 'a browser does not retouch faces: the picture goes out as it is' };
const plugins = { why: 'a browser cannot load native plugins' };
const localMixing = { why: 'a browser does not mix several sources into one picture' };
const shareWindows = { why: 'a browser does not let a page choose among windows: its user does' };
const logFiles = { why: 'a browser has no log files: use setLogCallback' };
const nothing = (): null => null;

export const UNSUPPORTED: { readonly [K in keyof UnsupportedMethods]: UnsupportedAnswer } = {
  startPublishMediaStream: { ...cdn, taskResult: 'onStartPublishMediaStream' },
  updatePublishMediaStream: { ...cdn, taskResult: 'onUpdatePublishMediaStream' },
  stopPublishMediaStream: { ...cdn, taskResult: 'onStopPublishMediaStream' },
  startPublishing: { ...cdn, result: 'onStartPublishing' },
  stopPublishing: { ...cdn, result: 'onStopPublishing' },
  startPublishCDNStream: { ...cdn, result: 'onStartPublishCDNStream' },
  stopPublishCDNStream: { ...cdn, result: 'onStopPublishCDNStream' },
  setMixTranscodingConfig: { ...cdn, result: 'onSetMixTranscodingConfig' },

  setMusicPitch: pitch,
  setVoicePitch: pitch,
  setVoiceChangerType: { why: 'the voice stays as it is' },

  setBeautyStyle: beauty,

  setPluginParams: plugins,
  addPlugin: { ...plugins, returns: (options) => deadPlugin(options) },
  removePlugin: plugins,
  setPluginCallback: plugins,
  initPluginManager: plugins,
  destroyPluginManager: plugins,
  getPluginList: { ...plugins, returns: nothing },

  getMediaMixingManager: { ...localMixing, returns: nothing },
  getMediaMixingService: { ...localMixing, returns: nothing },
  createLocalMediaTranscoder: { ...localMixing, returns: nothing },
  destroyLocalMediaTranscoder: localMixing,

  addExcludedShareWindow: shareWindows,
  removeExcludedShareWindow: shareWindows,
  removeAllExcludedShareWindow: shareWindows,
  addIncludedShareWindow: shareWindows,
  removeIncludedShareWindow: shareWindows,
  removeAllIncludedShareWindow: shareWindows,

  setLogDirPath: logFiles,
  setLogCompressEnabled: logFiles,
};

function deadPlugin(options: unknown): TRTCPluginInfo {
  const { id = '', deviceId } = { ...(options as Partial<TRTCPluginInfo> | null) };
  const refuse = (): number => NOT_SUPPORTED;
  return {
    id,
    ...(deviceId === undefined ? {} : { deviceId }),
    enable: refuse,
    disable: refuse,
    setParameter: refuse,
  };
}
