/*
 * Raw pictures and sound, and plugins that work on them. Only refused methods take it (see `UnsupportedMethods`), so that an application that has it can be built and run: names, numbers
 * and fields are TRTC's, and nothing reads them.
 */

/**
 * How the pixels of a raw picture are laid out.
 * @enum
 */
export const TRTCVideoPixelFormat = {
  TRTCVideoPixelFormat_Unknown: 0,
  TRTCVideoPixelFormat_I420: 1,
  TRTCVideoPixelFormat_Texture_2D: 2,
  TRTCVideoPixelFormat_BGRA32: 3,
  TRTCVideoPixelFormat_RGBA32: 5,
  TRTCVideoPixelFormat_H264: 6,
} as const;
export type TRTCVideoPixelFormat = (typeof TRTCVideoPixelFormat)[keyof typeof TRTCVideoPixelFormat];

/**
 * Where a raw picture is.
 * @enum
 */
export const TRTCVideoBufferType = {
  TRTCVideoBufferType_Unknown: 0,
  TRTCVideoBufferType_Buffer: 1,
  TRTCVideoBufferType_Texture: 3,
} as const;
export type TRTCVideoBufferType = (typeof TRTCVideoBufferType)[keyof typeof TRTCVideoBufferType];

/**
 * How raw sound is laid out.
 * @enum
 */
export const TRTCAudioFrameFormat = {
  TRTCAudioFrameFormatNone: 0,
  TRTCAudioFrameFormatPCM: 1,
} as const;
export type TRTCAudioFrameFormat = (typeof TRTCAudioFrameFormat)[keyof typeof TRTCAudioFrameFormat];

/**
 * What a plugin does.
 * @enum
 */
export const TRTCPluginType = {
  TRTCPluginTypeUnknown: 0,
  TRTCPluginTypeVideoProcess: 1,
  TRTCPluginTypeMediaEncryptDecrypt: 2,
  TRTCPluginTypeAudioProcess: 3,
} as const;
export type TRTCPluginType = (typeof TRTCPluginType)[keyof typeof TRTCPluginType];

/** A raw picture. */
export class TRTCVideoFrame {
  /** One of {@link TRTCVideoPixelFormat}. */
  videoFormat: number;
  /** One of {@link TRTCVideoBufferType}. */
  bufferType: number;
  /** The pixels. */
  data: ArrayBuffer | null;
  /** A texture, instead of pixels. */
  textureId: number;
  /** Bytes. */
  length: number;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  /** Milliseconds. */
  timestamp: number;
  /** One of {@link TRTCVideoRotation}. */
  rotation: number;

  constructor(
    videoFormat = 0,
    bufferType = 0,
    data: ArrayBuffer | null = null,
    textureId = 0,
    length = 0,
    width = 0,
    height = 0,
    timestamp = 0,
    rotation = 0,
  ) {
    this.videoFormat = videoFormat;
    this.bufferType = bufferType;
    this.data = data;
    this.textureId = textureId;
    this.length = length;
    this.width = width;
    this.height = height;
    this.timestamp = timestamp;
    this.rotation = rotation;
  }
}

/** Raw sound. */
export class TRTCAudioFrame {
  /** How it is laid out. */
  audioFormat: TRTCAudioFrameFormat;
  /** The samples. */
  data: ArrayBuffer | ArrayBufferView | null;
  /** Bytes. */
  length: number;
  /** Hz. */
  sampleRate: number;
  /** How many channels. */
  channel: number;
  /** Milliseconds. */
  timestamp: number;
  /** What goes along with it. */
  extraData: ArrayBuffer | null;
  /** Bytes of that. */
  extraDataLength: number;

  constructor(
    audioFormat: TRTCAudioFrameFormat = TRTCAudioFrameFormat.TRTCAudioFrameFormatNone,
    data: ArrayBuffer | ArrayBufferView | null = null,
    length = 0,
    sampleRate = 48_000,
    channel = 1,
    timestamp = 0,
    extraData: ArrayBuffer | null = null,
    extraDataLength = 0,
  ) {
    this.audioFormat = audioFormat;
    this.data = data;
    this.length = length;
    this.sampleRate = sampleRate;
    this.channel = channel;
    this.timestamp = timestamp;
    this.extraData = extraData;
    this.extraDataLength = extraDataLength;
  }
}
