import type { EventEmitter } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import * as protocol from '@rotunda/protocol';
import type * as official from 'trtc-electron-sdk';
import type { ITRTCCloud } from 'trtc-electron-sdk/liteav/types.js';
import { expect, test } from 'vitest';
import * as native from '../index.ts';

/*
 * Compares the native-like face with the typings of npm `trtc-electron-sdk`. Everything but the callbacks and their arguments, which the
 * typings have in comments only, is compared by the compiler: a difference that is not in the list is an error of types below, and so is an entry of
 * the list that is no longer a difference. What is listed is said as `name: how it differs`.
 */

const RENDERING = 'pictures are drawn by a video element in the view, which is of the page';
const CDN = 'only for publishing to a CDN and mixing on the server, which are refused with -4';
const PLUGINS = 'only for native plugins, which are refused with -4';
const LOCAL_MIXING = 'only for mixing on this machine, which is refused with -4';
const LIVE = 'the SDK for live streams by CDN, another product';
const VOD = 'the player of files, another product';
const MANAGERS = 'its methods are those of TRTCCloud, which makes it for itself only';
const EMITTER =
  'of the emitter of Node.js, which a browser does not have; callbacks are fired by the SDK only';
const ENCODER = 'a browser does not let a page choose it';
const PHONES = 'of the SDKs for phones';
const PRELOADING = 'belongs to preloadMusic of TRTCAudioEffectManager';
const TOLD = 'only the SDK makes it, and fills in the fields';

const DIFFERENCES = {
  'TRTCCloud: added': 'a named export beside the default one',
  'TRTCCloud.setServerUrl: added': 'the server is of whoever uses the SDK',
  'TRTCCloud.getTRTCShareInstance: result': 'the class itself, which has its own list of differences',
  'TRTCCloud.selectScreenCaptureTarget: parameters':
    'the type of a source is one of the enum, not any number',
  'TRTCCloud.setRecordedFileReceiver: added': 'a page has no paths of a disk',
  'onRemovalMessage: added': 'TRTC has no words for a removal',
  'onEntryBlocked: added': 'TRTC keeps nobody out for a time',
  'onLocalUserBlocked: added': 'TRTC tells a user nothing of SetUserBlocked',
  'onScreenCaptureStoped: added': 'the spelling of older versions',
  'onUserVideoSizeChanged: added': PHONES,
  'onRemoteVideoStatusUpdated: added': PHONES,
  'onRemoteAudioStatusUpdated: added': PHONES,
  'TRTCAVStatusType: added': PHONES,
  'TRTCAVStatusChangeReason: added': PHONES,
  'onLocalRecordFragment: added': 'of the SDKs for phones, for files that are limited in duration',

  'TRTCCloud.getConfigObject: absent': RENDERING,
  'TRTCCloud.setExternalRenderEnabled: absent': RENDERING,
  'TRTCCloud.setCaptureLocalVideoEnabled: absent': RENDERING,
  'TRTCCloud.addLocalVideoRenderCallback: absent': RENDERING,
  'TRTCCloud.removeLocalVideoRenderCallback: absent': RENDERING,

  'TRTCCloud.setMaxListeners: absent': EMITTER,
  'TRTCCloud.getMaxListeners: absent': EMITTER,
  'TRTCCloud.listeners: absent': EMITTER,
  'TRTCCloud.rawListeners: absent': EMITTER,
  'TRTCCloud.emit: absent': EMITTER,
  'TRTCCloud.listenerCount: absent': EMITTER,
  'TRTCCloud.prependListener: absent': EMITTER,
  'TRTCCloud.prependOnceListener: absent': EMITTER,
  'TRTCCloud.eventNames: absent': EMITTER,

  'onScreenCaptureCovered: absent': 'a page is not told of it',
  'onUserVoiceVolume: arguments': 'the volumes are an array there, too, but their comment does not say so',
  'onSpeedTest: absent': 'the speed test of older versions, whose answer is onSpeedTestResult now',
  'onCdnStreamStateChanged: absent': CDN,

  'TRTCVideoEncParam.colorRange: absent': ENCODER,
  'TRTCVideoEncParam.colorSpace: absent': ENCODER,
  'TRTCVideoEncParam.complexity: absent': ENCODER,
  'TRTCCameraCaptureParams.colorSpace: absent': ENCODER,
  'TRTCCameraCaptureParams.colorRange: absent': ENCODER,
  'TRTCVideoColorRange: absent': ENCODER,
  'TRTCVideoColorSpace: absent': ENCODER,
  'TRTCVideoEncodeComplexity: absent': ENCODER,

  'TRTCQualityInfo: constructor': TOLD,
  'TRTCSpeedTestResult: constructor': TOLD,
  'TRTCLocalStatistics: constructor': TOLD,
  'TRTCRemoteStatistics: constructor': TOLD,
  'TRTCStatistics: constructor': TOLD,

  'VideoBufferInfo: absent': RENDERING,
  'VideoFramePayload: type absent': RENDERING,
  'TRTCMusicPreloadObserver: type absent': PRELOADING,

  'TRTCPlugin: absent': PLUGINS,
  'TRTCPluginManager: absent': PLUGINS,

  'TRTCMediaMixingErrorCode: absent': LOCAL_MIXING,
  'TRTCMediaSourceType: absent': LOCAL_MIXING,
  'TRTCStreamLayoutMode: absent': LOCAL_MIXING,
  'TRTCMediaMixingManager: absent': LOCAL_MIXING,
  'TRTCMediaMixingService: absent': LOCAL_MIXING,
  'TRTCMediaMixingEvent: absent': LOCAL_MIXING,
  'TRTCMediaMixingServiceEvent: absent': LOCAL_MIXING,
  'TRTCLocalMediaTranscodingError: absent': LOCAL_MIXING,
  'TRTCLocalMediaTranscodingSourceType: absent': LOCAL_MIXING,
  'TRTCMediaSource: type absent': LOCAL_MIXING,
  'TRTCMediaMixingEncParam: type absent': LOCAL_MIXING,
  'TRTCPhoneMirrorParam: type absent': LOCAL_MIXING,
  'TRTCUserStream: type absent': LOCAL_MIXING,
  'TRTCStreamInfo: type absent': LOCAL_MIXING,
  'TRTCStreamLayout: type absent': LOCAL_MIXING,
  'TRTCLocalMediaTranscodingSource: type absent': LOCAL_MIXING,
  'TRTCLocalMediaTranscodingParams: type absent': LOCAL_MIXING,

  'TRTCDeviceManager: absent': MANAGERS,
  'TRTCAudioEffectManager: absent': MANAGERS,

  'TRTCVodPlayerEvent: absent': VOD,
  'TRTCVodPlayer: absent': VOD,
  'TRTCVodPlayerEventMap: type absent': VOD,

  'V2LivePusher: absent': LIVE,
  'V2LivePlayer: absent': LIVE,
  'V2LiveCode: absent': LIVE,
  'V2LiveMode: absent': LIVE,
  'V2LivePusherEvent: absent': LIVE,
  'V2LivePlayerEvent: absent': LIVE,
  'V2LiveVideoResolution: absent': LIVE,
  'V2LiveVideoResolutionMode: absent': LIVE,
  'V2LiveVideoEncoderParam: absent': LIVE,
  'V2LiveMirrorType: absent': LIVE,
  'V2LiveFillMode: absent': LIVE,
  'V2LiveRotation: absent': LIVE,
  'V2LivePixelFormat: absent': LIVE,
  'V2LiveBufferType: absent': LIVE,
  'V2LiveAudioQuality: absent': LIVE,
  'V2LivePusherStatistics: absent': LIVE,
  'V2LivePlayerStatistics: absent': LIVE,
  'V2LivePushStatus: absent': LIVE,
  'V2TXLiveMixInputType: absent': LIVE,
  'V2TXLiveMixStream: absent': LIVE,
  'V2TXLiveTranscodingConfig: absent': LIVE,
} as const satisfies Record<string, string>;

const PHONE_CAMERA =
  'not in the SDK for Electron: setCurrentCameraDevice and setCameraCaptureParams choose camera and format';
const OWN_PICTURES = 'pictures of the application itself cannot be sent, as in the SDK for Electron';

/**
 * Names of TRTC's SDKs for other platforms, which these typings do not have (docs/trtc.md 2.15), and which are deliberately absent here
 * too.
 */
const ABSENT_OF_OTHER_SDKS = {
  updateOtherRoomForwardMode: 'not built: each member can use muteRemoteAudio and muteRemoteVideoStream',
  onUpdateOtherRoomForwardMode: 'belongs to updateOtherRoomForwardMode',
  getDeviceManager: MANAGERS,
  getBeautyManager: 'a browser does not retouch faces: see setBeautyStyle',
  setGSensorMode: 'the browser turns the picture of a camera by itself',
  enableCustomVideoCapture: OWN_PICTURES,
  sendCustomVideoData: OWN_PICTURES,
  onAudioRouteChanged: 'a page is not told whether it is heard from an earpiece: see onDeviceChange',
  isFrontCamera: PHONE_CAMERA,
  switchCamera: PHONE_CAMERA,
  getCameraZoomMaxRatio: PHONE_CAMERA,
  setCameraZoomRatio: PHONE_CAMERA,
  enableCameraAutoFocus: PHONE_CAMERA,
  setCameraFocusPosition: PHONE_CAMERA,
  enableCameraTorch: PHONE_CAMERA,
  setSystemVolumeType: 'the system chooses the kind of volume for a page',
  setAudioRoute: 'a page chooses a speaker by setCurrentSpeakerDevice',
} as const satisfies Record<string, string>;

type Listed = keyof typeof DIFFERENCES;
type OfAnyFunction = (...args: never[]) => unknown;
type AnyClass = abstract new (...args: never[]) => object;

type Names<T> = keyof T & string;
type Shared<Theirs, Ours> = Names<Theirs> & Names<Ours>;
type Absent<Prefix extends string, Theirs, Ours> = `${Prefix}${Exclude<Names<Theirs>, keyof Ours>}: absent`;
type Added<Prefix extends string, Theirs, Ours> = `${Prefix}${Exclude<Names<Ours>, keyof Theirs>}: added`;
type NamesOf<Prefix extends string, Theirs, Ours> =
  Absent<Prefix, Theirs, Ours> | Added<Prefix, Theirs, Ours>;

/** Never if a call that fits their parameters fits ours. Compared as tuples: methods themselves are compared too loosely. */
type ParametersOf<Name extends string, Theirs extends OfAnyFunction, Ours extends OfAnyFunction> = [
  Parameters<Theirs>,
] extends [Parameters<Ours>]
  ? never
  : `${Name}: parameters`;
/** Never if our result fits where theirs is expected. */
type ResultOf<Name extends string, Theirs extends OfAnyFunction, Ours extends OfAnyFunction> = [
  ReturnType<Ours>,
] extends [ReturnType<Theirs>]
  ? never
  : `${Name}: result`;
type Method<Name extends string, Theirs, Ours> = Theirs extends OfAnyFunction
  ? Ours extends OfAnyFunction
    ? ParametersOf<Name, Theirs, Ours> | ResultOf<Name, Theirs, Ours>
    : `${Name}: kind`
  : never;
type Methods<Prefix extends string, Theirs, Ours> =
  | NamesOf<Prefix, Theirs, Ours>
  | { [K in Shared<Theirs, Ours>]: Method<`${Prefix}${K}`, Theirs[K], Ours[K]> }[Shared<Theirs, Ours>];

type OfficialCloud = official.default;
/** Where their class says `any`, their interface says more. */
type OfficialMethods = {
  [K in keyof OfficialCloud]: K extends keyof ITRTCCloud ? ITRTCCloud[K] : OfficialCloud[K];
};
type OfficialStatics = Omit<(typeof official)['default']['default'], keyof typeof EventEmitter>;
type OurCloud = native.TRTCCloud;
/** Overloaded here, and without names of callbacks there: compared by name alone. */
type Listening = keyof EventEmitter;
type Cloud =
  | NamesOf<'TRTCCloud.', Pick<OfficialMethods, Listening>, Pick<OurCloud, Listening & keyof OurCloud>>
  | Methods<'TRTCCloud.', Omit<OfficialMethods, Listening>, Omit<OurCloud, Listening>>
  | Methods<'TRTCCloud.', OfficialStatics, Omit<typeof native.TRTCCloud, 'prototype'>>;

/** Some of their fields are any number where ours is an enum, so one of the two has to fit the other. A function has to fit where ours is. */
type Field<Name extends string, Theirs, Ours> = [Theirs] extends [Ours]
  ? never
  : [NonNullable<Theirs>] extends [OfAnyFunction]
    ? `${Name}: function`
    : [Ours] extends [Theirs]
      ? never
      : `${Name}: type`;
type Fields<Prefix extends string, Theirs, Ours> =
  | NamesOf<Prefix, Theirs, Ours>
  | { [K in Shared<Theirs, Ours>]: Field<`${Prefix}${K}`, Theirs[K], Ours[K]> }[Shared<Theirs, Ours>];
type Class<Name extends string, Theirs extends AnyClass, Ours extends AnyClass> =
  | Fields<`${Name}.`, InstanceType<Theirs>, InstanceType<Ours>>
  | ([ConstructorParameters<Theirs>] extends [ConstructorParameters<Ours>] ? never : `${Name}: constructor`);

/** As texts, so that the member of an enum is its number. Where their typings say no more than that it is one, a test below compares. */
type Value<Name extends string, Theirs, Ours> = number extends Theirs
  ? never
  : `${Theirs & number}` extends `${Ours & number}`
    ? never
    : `${Name}: value`;
type Enum<Prefix extends string, Theirs, Ours> =
  | NamesOf<Prefix, Theirs, Ours>
  | { [K in Shared<Theirs, Ours>]: Value<`${Prefix}${K}`, Theirs[K], Ours[K]> }[Shared<Theirs, Ours>];

type Export<Name extends string, Theirs, Ours> = Theirs extends AnyClass
  ? Ours extends AnyClass
    ? Class<Name, Theirs, Ours>
    : `${Name}: kind`
  : Enum<`${Name}.`, Theirs, Ours>;
type OfficialExports = Omit<typeof official, 'default' | 'module.exports'>;
type OurExports = Omit<typeof native, 'default'>;
type Exports =
  | NamesOf<'', OfficialExports, OurExports>
  | {
      [K in Shared<OfficialExports, OurExports>]: Export<K, OfficialExports[K], OurExports[K]>;
    }[Shared<OfficialExports, OurExports>];

/** Types have no value and cannot be listed by the compiler: those that both have, by name. A test below finds what is missing here. */
interface TypePairs {
  PluginInfo: [official.PluginInfo, native.PluginInfo];
  TRTCAudioMusicParam: [official.TRTCAudioMusicParam, native.TRTCAudioMusicParam];
  TRTCAudioParallelParams: [official.TRTCAudioParallelParams, native.TRTCAudioParallelParams];
  TRTCAudioProcessPluginOptions: [
    official.TRTCAudioProcessPluginOptions,
    native.TRTCAudioProcessPluginOptions,
  ];
  TRTCAudioFrameCallback: [official.TRTCAudioFrameCallback, native.TRTCAudioFrameCallback];
  TRTCCameraCaptureParams: [official.TRTCCameraCaptureParams, native.TRTCCameraCaptureParams];
  TRTCInitConfig: [official.TRTCInitConfig, native.TRTCInitConfig];
  TRTCMediaEncryptDecryptPluginOptions: [
    official.TRTCMediaEncryptDecryptPluginOptions,
    native.TRTCMediaEncryptDecryptPluginOptions,
  ];
  TRTCMusicPlayObserver: [official.TRTCMusicPlayObserver, native.TRTCMusicPlayObserver];
  TRTCPluginInfo: [official.TRTCPluginInfo, native.TRTCPluginInfo];
  TRTCPublishCdnUrl: [official.TRTCPublishCdnUrl, native.TRTCPublishCdnUrl];
  TRTCPublishTarget: [official.TRTCPublishTarget, native.TRTCPublishTarget];
  TRTCStreamEncoderParam: [official.TRTCStreamEncoderParam, native.TRTCStreamEncoderParam];
  TRTCStreamMixingConfig: [official.TRTCStreamMixingConfig, native.TRTCStreamMixingConfig];
  TRTCUser: [official.TRTCUser, native.TRTCUser];
  TRTCVideoLayout: [official.TRTCVideoLayout, native.TRTCVideoLayout];
  TRTCVideoProcessPluginOptions: [
    official.TRTCVideoProcessPluginOptions,
    native.TRTCVideoProcessPluginOptions,
  ];
  TRTCWatermark: [official.TRTCWatermark, native.TRTCWatermark];
}
const COMPARED_TYPES: Record<keyof TypePairs, true> = {
  TRTCAudioFrameCallback: true,
  PluginInfo: true,
  TRTCAudioMusicParam: true,
  TRTCAudioParallelParams: true,
  TRTCAudioProcessPluginOptions: true,
  TRTCCameraCaptureParams: true,
  TRTCInitConfig: true,
  TRTCMediaEncryptDecryptPluginOptions: true,
  TRTCMusicPlayObserver: true,
  TRTCPluginInfo: true,
  TRTCPublishCdnUrl: true,
  TRTCPublishTarget: true,
  TRTCStreamEncoderParam: true,
  TRTCStreamMixingConfig: true,
  TRTCUser: true,
  TRTCVideoLayout: true,
  TRTCVideoProcessPluginOptions: true,
  TRTCWatermark: true,
};
type Types = {
  [K in keyof TypePairs]: Fields<`${K}.`, TypePairs[K][0], TypePairs[K][1]>;
}[keyof TypePairs];

type Difference = Cloud | Exports | Types;
/** Compared by tests. */
type ListedByName = Extract<Listed, `on${string}` | `${string}: type absent`>;

/** What is named in an error here has to be removed, or listed with a reason. */
export type Unlisted = None<Exclude<Difference, Listed>>;
/** What is named in an error here is no difference any more: take it off the list. */
export type Outdated = None<Exclude<Listed, Difference | ListedByName>>;
type None<T extends never> = T;

const namesIn = (text: string, pattern: RegExp): Set<string> =>
  new Set([...text.matchAll(pattern)].map(([, name]) => name ?? ''));

/** The names of the types that a file of their typings exports, with the files that it exports. */
function typesOf(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  const own = new Set(namesIn(text, /^export (?:declare )?(?:type|interface) (\w+)/gm));
  const files = [...text.matchAll(/^export (\*|\{.*\}) from '(.*)'/gm)].flatMap(
    ([, names = '', file = '']) => {
      const from = [`${file}.d.ts`, `${file}/index.d.ts`]
        .map((name) => join(dirname(path), name))
        .find(existsSync);
      const types = from === undefined ? [] : typesOf(from);
      return names === '*' ? types : types.filter((name) => new RegExp(`\\b${name}\\b`).test(names));
    },
  );
  return [...own, ...files];
}

test('their types are compared, or listed with a reason', () => {
  const theirs = typesOf(createRequire(import.meta.url).resolve('trtc-electron-sdk/liteav/index.d.ts'));
  expect(theirs.length).toBeGreaterThan(25);
  const absent = theirs.filter((name) => !(name in COMPARED_TYPES)).map((name) => `${name}: type absent`);
  const listed = Object.keys(DIFFERENCES).filter((name) => name.endsWith(': type absent'));
  expect(absent.toSorted()).toEqual(listed.toSorted());
});

test('the codes have the numbers of theirs, which their typings do not say', () => {
  const theirs: unknown = createRequire(import.meta.url)('trtc-electron-sdk/liteav/trtc_code.js');
  const { TXLiteAVError, TXLiteAVWarning } = native;
  expect(theirs).toEqual({ TXLiteAVError, TXLiteAVWarning });
});

test('names of other platforms are there, or listed with a reason', () => {
  const docs = readFileSync(new URL('../../../../docs/trtc.md', import.meta.url), 'utf8');
  const section = /^### 2\.15 [^]*?(?=^##)/m.exec(docs)?.[0] ?? '';
  const documented = [...namesIn(section, /^\| `(\w+)`/gm)];
  const callbacks = ourCallbacks();
  const absent = documented.filter((name) => !callbacks.has(name) && !(name in native.TRTCCloud.prototype));
  expect(absent.toSorted()).toEqual(Object.keys(ABSENT_OF_OTHER_SDKS).toSorted());
  expect(documented.length).toBeGreaterThan(absent.length);
});

/** The arguments of each callback, as `name: kind`. */
type Callbacks = Map<string, string[]>;

/** Where they have another name for the same. */
const SAME_ARGUMENT: Record<string, string> = {
  errCode: 'code',
  warningCode: 'code',
  errMsg: 'message',
  warningMsg: 'message',
  msg: 'message',
  duration: 'durationMs',
  localQuality: 'local',
  remoteQuality: 'remote',
  statis: 'statistics',
  type: 'streamType',
  userVolumes: 'volumes',
  userVolumesCount: 'count',
  totalVolume: 'total',
};

const KIND_IN_COMMENTS: Record<string, string> = {
  Any: 'unknown',
  Boolean: 'boolean',
  Number: 'number',
  String: 'string',
};
const EXPORTS: Record<string, unknown> = { ...protocol, ...native };

/** Of a type as it is written: enums are numbers. */
function kindOf(type: string): string {
  if (type.endsWith('[]')) return `${kindOf(type.slice(0, -2))}[]`;
  if (/^\d/.test(type) || typeof EXPORTS[type] === 'object') return 'number';
  return KIND_IN_COMMENTS[type] ?? type;
}
const argument = (name: string, type: string): string => `${SAME_ARGUMENT[name] ?? name}: ${kindOf(type)}`;

function theirCallbacks(): Callbacks {
  const typings = createRequire(import.meta.url).resolve('trtc-electron-sdk/liteav/trtc.d.ts');
  const comments = readFileSync(typings, 'utf8').match(/\/\*\*[^]*?\*\//g) ?? [];
  return new Map(
    comments.flatMap((comment) => {
      const name = /@event TRTCCallback#(\w+)/.exec(comment)?.[1];
      // The braces of a type come before the name or after it.
      const params = comment.matchAll(/@param (?:\{(.+?)\} +)?(\w+)(?: \{(.+?)\})?/g);
      const args = [...params].map(([, before, label = '', after]) => argument(label, before ?? after ?? ''));
      return name === undefined ? [] : [[name, args] as const];
    }),
  );
}

function ourCallbacks(): Callbacks {
  const text = readFileSync(new URL('callbacks.ts', import.meta.url), 'utf8');
  return new Map(
    [...text.matchAll(/^ {2}(on\w+): \[([^]*?)\];$/gm)].map(([, name = '', list = '']) => {
      const args = [...list.matchAll(/(\w+): ([^,]+?)\s*(?:,|$)/g)];
      return [name, args.map(([, label = '', type = '']) => argument(label, type))];
    }),
  );
}

test('the callbacks and their arguments are those that the typings describe, but for what is listed', () => {
  const [theirs, ours] = [theirCallbacks(), ourCallbacks()];
  expect(theirs.size).toBeGreaterThan(50);
  expect([...theirs.values()].flat().length).toBeGreaterThan(80);
  const differences = [
    ...[...theirs.keys()].filter((name) => !ours.has(name)).map((name) => `${name}: absent`),
    ...[...ours.keys()].flatMap((name) => {
      if (!theirs.has(name)) return `${name}: added`;
      return isDeepStrictEqual(ours.get(name), theirs.get(name)) ? [] : `${name}: arguments`;
    }),
  ];
  const listed = Object.keys(DIFFERENCES).filter((name) => name.startsWith('on'));
  expect(differences.toSorted()).toEqual(listed.toSorted());
});
