import type { RtcError } from './errors.ts';

export type WebRole = 'anchor' | 'audience';
export type WebScene = 'rtc' | 'live';
export type WebStreamType = 'main' | 'sub';
/** An element, its id, several of either, or null for nowhere. */
export type WebView = string | HTMLElement | readonly (string | HTMLElement)[] | null;
export type FillMode = 'contain' | 'cover' | 'fill';

export interface CreateOptions {
  readonly [option: string]: unknown;
}

export interface EnterRoomConfig {
  sdkAppId: number;
  userId: string;
  userSig: string;
  /** 1 to 4294967294. Goes before `strRoomId`. */
  roomId?: number;
  strRoomId?: string;
  role?: WebRole;
  scene?: WebScene;
  autoReceiveAudio?: boolean;
  autoReceiveVideo?: boolean;
  privateMapKey?: string;
  /** The address of the server, alone or as `unifiedProxy` or `websocketProxy`. */
  proxy?: string | { unifiedProxy?: string; websocketProxy?: string };
}

/** Pixels, frames per second, kbit/s. */
export interface VideoProfile {
  width?: number;
  height?: number;
  frameRate?: number;
  bitrate?: number;
}

export interface LocalVideoConfig {
  view?: WebView;
  publish?: boolean;
  /** An address of a picture mutes too; the picture itself is not sent. */
  mute?: boolean | string;
  option?: {
    cameraId?: string;
    profile?: string | VideoProfile;
    fillMode?: FillMode;
    mirror?: boolean | 'view' | 'publish' | 'both';
    rotation?: 0 | 90 | 180 | 270;
    small?: boolean | string | VideoProfile;
  };
}

export interface LocalAudioConfig {
  publish?: boolean;
  mute?: boolean | 'microphone';
  option?: {
    microphoneId?: string;
    profile?: string;
    echoCancellation?: boolean;
    autoGainControl?: boolean;
    noiseSuppression?: boolean;
  };
}

export interface ScreenShareConfig {
  view?: WebView;
  publish?: boolean;
  streamType?: WebStreamType;
  option?: { profile?: string | VideoProfile; fillMode?: FillMode };
}

export interface RemoteVideoConfig {
  userId: string;
  streamType: WebStreamType;
  view?: WebView;
  option?: { fillMode?: FillMode; mirror?: boolean; rotation?: 0 | 90 | 180 | 270; small?: boolean };
}

export interface StopRemoteVideoConfig {
  /** `*` for everybody. */
  userId: string;
  /** Absent means both. */
  streamType?: WebStreamType;
}

export type ConnectionState = 'DISCONNECTED' | 'CONNECTING' | 'CONNECTED' | 'RECONNECTING' | 'RECONNECTED';

/** What is told, with its payload (docs/trtc.md 3.4). */
export interface WebEvents {
  error: RtcError;
  'autoplay-failed': { userId: string; mediaType: 'audio'; resume: () => Promise<void> };
  /**
   * Of Rotunda, not of TRTC, are `message`: why the application's server removed this user, in its own words, a text; and `blockedUntil`:
   * until when it keeps the user out of the room, in milliseconds since the epoch.
   */
  'kicked-out': { reason: 'kick' | 'banned' | 'room_disband'; message?: string; blockedUntil?: number };
  /** Of Rotunda, not of TRTC: what the application's server keeps this user from sending from here on. */
  'local-user-blocked': { audio: boolean; video: boolean };
  'remote-user-enter': { userId: string };
  'remote-user-exit': { userId: string; reason: number };
  'remote-audio-available': { userId: string };
  'remote-audio-unavailable': { userId: string };
  'remote-video-available': { userId: string; streamType: WebStreamType };
  'remote-video-unavailable': { userId: string; streamType: WebStreamType };
  'connection-state-changed': {
    prevState: ConnectionState;
    state: ConnectionState;
    isReconnecting: boolean;
  };
  'screen-share-stopped': undefined;
  'first-video-frame': { userId: string; streamType: WebStreamType; width: number; height: number };
}

export interface SupportDetail {
  isBrowserSupported: boolean;
  isWebRTCSupported: boolean;
  isWebCodecsSupported: boolean;
  isMediaDevicesSupported: boolean;
  isScreenShareSupported: boolean;
  isSmallStreamSupported: boolean;
  isH264EncodeSupported: boolean;
  isVp8EncodeSupported: boolean;
  isH264DecodeSupported: boolean;
  isVp8DecodeSupported: boolean;
}
