import type { TRTCVideoStreamType } from '@rotunda/protocol';

/*
 * Raw pictures and sound, and plugins that work on them; names, numbers and fields are TRTC's. Plugins belong to refused methods only (see
 * `UnsupportedMethods`), so that an application that has them can be built and run.
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
  /** The {@link TRTCVideoPixelFormat} that was asked for. */
  videoFormat: number;
  /** One of {@link TRTCVideoBufferType}; 1. */
  bufferType: number;
  /**
   * The pixels, row by row from the upper left, of the application's own from now on. BGRA32 and RGBA32: four bytes a pixel. I420: BT.601, limited range; brightness,
   * then blue and red differences of half the width and height, rounded up.
   */
  data: ArrayBuffer | null;
  /** A texture, instead of pixels; 0. */
  textureId: number;
  /** Bytes of `data`. */
  length: number;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  /** Milliseconds since the page was opened. */
  timestamp: number;
  /** One of {@link TRTCVideoRotation}; 0: a browser gives pictures upright. */
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

/** Is given raw pictures. */
export interface TRTCVideoRenderCallback {
  /**
   * What it throws harms nothing.
   *
   * @param userId - empty for one's own pictures.
   * @param streamType - 0 a camera, 1 the small stream of one, 2 a shared screen.
   */
  onRenderVideoFrame(userId: string, streamType: TRTCVideoStreamType, frame: TRTCVideoFrame): void;
}

/** Raw sound that the SDK gives. */
export interface TRTCGivenAudioFrame extends TRTCAudioFrame {
  /** The samples, of the application's own from now on. */
  data: ArrayBuffer;
}

/** Is given raw sound. What is missing, or null, is not asked for. */
export interface TRTCAudioFrameCallback {
  /** The microphone as the browser captures it, without echo and noise as far as it removes them; or custom capture in its place. */
  onCapturedAudioFrame?: ((frame: TRTCGivenAudioFrame) => void) | null;
  /** All that the others hear of the user: with volume, reverb, music, system sound and external sound, and before it is coded. */
  onLocalProcessedAudioFrame?: ((frame: TRTCGivenAudioFrame) => void) | null;
  /** Each user who is heard, as received: whatever the volume. */
  onPlayAudioFrame?: ((frame: TRTCGivenAudioFrame, userId: string) => void) | null;
  /** All that is heard here: the others, music, external sound and the ear monitor, as loud as each is, but for the speaker's volume. */
  onMixedPlayAudioFrame?: ((frame: TRTCGivenAudioFrame) => void) | null;
  /** All sound of the user and of the others together. */
  onMixedAllAudioFrame?: ((frame: TRTCGivenAudioFrame) => void) | null;
}

/** Raw sound: 16 bit samples. */
export class TRTCAudioFrame {
  /** How it is laid out. */
  audioFormat: TRTCAudioFrameFormat;
  /** The samples. */
  data: ArrayBuffer | ArrayBufferView | null;
  /** Bytes of that; 0: all. */
  length: number;
  /** Hz. */
  sampleRate: number;
  /** How many channels. */
  channel: number;
  /** Milliseconds. */
  timestamp: number;
  /**
   * In TRTC, up to 100 bytes that `onLocalProcessedAudioFrame` writes and `onPlayAudioFrame` of the others is given. No frame of a browser's
   * sound can carry them: not read, and always null in frames that the SDK gives. See `sendSEIMsg` and `sendCustomCmdMsg`.
   */
  extraData: ArrayBuffer | null;
  /** Bytes of that; 0. */
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
