import type { TRTCVideoStreamType } from '@rotunda/protocol';
import type { TRTCVideoFillMode } from './enums.ts';
import type { TRTCPublishMode } from './mix-params.ts';
import type { Rect } from './screen-sources.ts';

/*
 * What `startPublishMediaStream` takes, which is refused with -4: so that an application that has it can be built and run. Names and
 * fields are TRTC's, and nothing reads them.
 */

/** A user in a room. */
export interface TRTCUser {
  /** Who. */
  userId: string;
  /** In which room, if its id is a number; otherwise 0. */
  intRoomId: number;
  /** In which room, if its id is a text; otherwise empty. */
  strRoomId: string;
}

/** An address of a CDN. */
export interface TRTCPublishCdnUrl {
  /** Where to publish. */
  rtmpUrl: string;
  /** Whether it is an address of Tencent's. */
  isInternalLine: boolean;
}

/** Where to publish. */
export interface TRTCPublishTarget {
  /** What, and to a CDN or into a room. */
  mode: TRTCPublishMode;
  /** To these addresses. */
  cdnUrlList: TRTCPublishCdnUrl[];
  /** As whom a mix comes into a room. */
  mixStreamIdentity: TRTCUser;
}

/** How a mix is encoded. */
export interface TRTCStreamEncoderParam {
  /** Pixels. */
  videoEncodedWidth: number;
  /** Pixels. */
  videoEncodedHeight: number;
  /** Pictures in a second. */
  videoEncodedFPS: number;
  /** Seconds from one key frame to the next. */
  videoEncodedGOP: number;
  /** Kilobits in a second. */
  videoEncodedKbps: number;
  /** Hz. */
  audioEncodedSampleRate: number;
  /** 1 mono, 2 stereo. */
  audioEncodedChannelNum: number;
  /** Kilobits in a second. */
  audioEncodedKbps: number;
  /** The kind of AAC. */
  audioEncodedCodecType: number;
  /** H.264 or H.265. */
  videoEncodedCodecType: number;
  /** JSON of what comes with the pictures. */
  videoSeiParams: string;
}

/** Where one user is in the picture of a mix. */
export interface TRTCVideoLayout {
  /** The place; pixels. */
  rect: Rect;
  /** What has more of it lies on top. */
  zOrder: number;
  /** How its picture fills the place. */
  fillMode: TRTCVideoFillMode;
  /** 0xRRGGBB. */
  backgroundColor: number;
  /** Address of what is shown while there is no picture. */
  placeHolderImage: string;
  /** Whose picture. */
  fixedVideoUser: TRTCUser;
  /** Which one. */
  fixedVideoStreamType: TRTCVideoStreamType;
}

/** A picture on a mix. */
export interface TRTCWatermark {
  /** Its address. */
  watermarkUrl: string;
  /** The place; pixels. */
  rect: Rect;
  /** What has more of it lies on top. */
  zOrder: number;
}

/** What is mixed, and how it looks. */
export interface TRTCStreamMixingConfig {
  /** 0xRRGGBB. */
  backgroundColor: number;
  /** Address of a picture behind all. */
  backgroundImage: string;
  /** Whose pictures, and where. */
  videoLayoutList: TRTCVideoLayout[];
  /** Who is heard; nobody named: everybody. */
  audioMixUserList: TRTCUser[];
  /** Pictures on top. */
  watermarkList: TRTCWatermark[];
}
