import { TRTCVideoStreamType } from '@rotunda/protocol';
import type { Rect } from './screen-sources.ts';

/*
 * Mixes of several users, and publishing to a CDN. Only refused methods take it (see `UnsupportedMethods`), so that an application that has it can be built and run: names, numbers
 * and fields are TRTC's, and nothing reads them.
 */

/**
 * What is published, and where to.
 * @enum
 */
export const TRTCPublishMode = {
  TRTCPublishModeUnknown: 0,
  TRTCPublishBigStreamToCdn: 1,
  TRTCPublishSubStreamToCdn: 2,
  TRTCPublishMixStreamToCdn: 3,
  TRTCPublishMixStreamToRoom: 4,
} as const;
export type TRTCPublishMode = (typeof TRTCPublishMode)[keyof typeof TRTCPublishMode];

/**
 * How a mix is laid out.
 * @enum
 */
export const TRTCTranscodingConfigMode = {
  TRTCTranscodingConfigMode_Unknown: 0,
  TRTCTranscodingConfigMode_Manual: 1,
  TRTCTranscodingConfigMode_Template_PureAudio: 2,
  TRTCTranscodingConfigMode_Template_PresetLayout: 3,
  TRTCTranscodingConfigMode_Template_ScreenSharing: 4,
  TRTC_TranscodingConfigMode_Unknown: 5,
  TRTC_TranscodingConfigMode_Manual: 6,
  TRTC_TranscodingConfigMode_Template_PureAudio: 7,
  TRTC_TranscodingConfigMode_Template_PresetLayout: 8,
  TRTC_TranscodingConfigMode_Template_ScreenSharing: 9,
} as const;
export type TRTCTranscodingConfigMode =
  (typeof TRTCTranscodingConfigMode)[keyof typeof TRTCTranscodingConfigMode];

/**
 * What of a user is mixed.
 * @enum
 */
export const TRTCMixInputType = {
  TRTCMixInputTypeUndefined: 0,
  TRTCMixInputTypeAudioVideo: 1,
  TRTCMixInputTypePureVideo: 2,
  TRTCMixInputTypePureAudio: 3,
  TRTCMixInputTypeWatermark: 4,
} as const;
export type TRTCMixInputType = (typeof TRTCMixInputType)[keyof typeof TRTCMixInputType];

/** One user in a mix. */
export class TRTCMixUser {
  /** Who. */
  userId: string;
  /** In which room. */
  roomId: string;
  /** Where in the picture. */
  rect: Rect | null;
  /** What is in front: the higher number. */
  zOrder: number;
  /** Only the sound. */
  pureAudio: boolean;
  /** Which stream. */
  streamType: TRTCVideoStreamType;
  /** What of it. */
  inputType: TRTCMixInputType;
  /** How the picture fits its place. */
  renderMode: number;
  /** An image in place of the picture. */
  image: string;

  constructor(
    userId = '',
    roomId = '',
    rect: Rect | null = null,
    zOrder = 0,
    pureAudio = false,
    streamType: TRTCVideoStreamType = TRTCVideoStreamType.TRTCVideoStreamTypeBig,
    inputType: TRTCMixInputType = TRTCMixInputType.TRTCMixInputTypeUndefined,
    renderMode = 0,
    image = '',
  ) {
    this.userId = userId;
    this.roomId = roomId;
    this.rect = rect;
    this.zOrder = zOrder;
    this.pureAudio = pureAudio;
    this.streamType = streamType;
    this.inputType = inputType;
    this.renderMode = renderMode;
    this.image = image;
  }
}

/** A mix of several users. */
export class TRTCTranscodingConfig {
  /** How it is laid out. */
  mode: TRTCTranscodingConfigMode;
  /** Of the CDN. */
  appId: number;
  /** Of the CDN. */
  bizId: number;
  /** Pixels. */
  videoWidth: number;
  /** Pixels. */
  videoHeight: number;
  /** kbit/s. */
  videoBitrate: number;
  /** Frames per second. */
  videoFramerate: number;
  /** Seconds between key frames. */
  videoGOP: number;
  /** Red, green, blue. */
  backgroundColor: number;
  /** An image. */
  backgroundImage: string;
  /** Hz. Its default and that of the rate are as in TRTC. */
  audioSampleRate: number;
  /** kbit/s. */
  audioBitrate: number;
  /** How many channels. */
  audioChannels: number;
  /** Who is in it. */
  mixUsersArray: TRTCMixUser[];
  /** The name of the mix. */
  streamId: string;

  constructor(
    mode: TRTCTranscodingConfigMode = TRTCTranscodingConfigMode.TRTCTranscodingConfigMode_Unknown,
    appId = 0,
    bizId = 0,
    videoWidth = 0,
    videoHeight = 0,
    videoBitrate = 0,
    videoFramerate = 15,
    videoGOP = 2,
    backgroundColor = 0,
    backgroundImage = '',
    audioSampleRate = 64,
    audioBitrate = 48_000,
    audioChannels = 1,
    mixUsersArray: TRTCMixUser[] = [],
    streamId = '',
  ) {
    this.mode = mode;
    this.appId = appId;
    this.bizId = bizId;
    this.videoWidth = videoWidth;
    this.videoHeight = videoHeight;
    this.videoBitrate = videoBitrate;
    this.videoFramerate = videoFramerate;
    this.videoGOP = videoGOP;
    this.backgroundColor = backgroundColor;
    this.backgroundImage = backgroundImage;
    this.audioSampleRate = audioSampleRate;
    this.audioBitrate = audioBitrate;
    this.audioChannels = audioChannels;
    this.mixUsersArray = mixUsersArray;
    this.streamId = streamId;
  }
}

/** Where to publish. */
export class TRTCPublishCDNParam {
  /** Of the CDN. */
  appId: number;
  /** Of the CDN. */
  bizId: number;
  /** Its address. */
  url: string | null;
  /** The name of the stream. */
  streamId: string | null;

  constructor(appId = 0, bizId = 0, url: string | null = null, streamId: string | null = null) {
    this.appId = appId;
    this.bizId = bizId;
    this.url = url;
    this.streamId = streamId;
  }
}
