import { TRTCRoleType } from '@rotunda/protocol';
import {
  type TRTCCameraCaptureMode,
  TRTCQosControlMode,
  TRTCVideoFillMode,
  TRTCVideoMirrorType,
  TRTCVideoQosPreference,
  TRTCVideoResolution,
  TRTCVideoResolutionMode,
  TRTCVideoRotation,
} from './enums.ts';

/** What `enterRoom` needs (docs/trtc.md 2.1). A numeric `roomId` other than 0 goes before `strRoomId`. */
export class TRTCParams {
  /** The application, 1 to 4294967295. */
  sdkAppId: number;
  /** Who enters: 1 to 64 bytes without control characters. */
  userId: string;
  /** The ticket of that user, which a backend makes. */
  userSig: string;
  /** 1 to 4294967294; 0 for a room that is named by `strRoomId`. */
  roomId: number;
  /** The name of a room. Rooms with a name and rooms with a number are different rooms. */
  strRoomId: string;
  /** Counts in live scenes. */
  role: TRTCRoleType;
  /** The permission for this room, where the server asks for one. */
  privateMapKey: string | null;
  /** Accepted and not used. */
  businessInfo: string | null;
  /** Accepted and not used: nothing is published to a CDN. */
  streamId: string | null;
  /** Accepted and not used: nothing is recorded by the server. */
  userDefineRecordId: string | null;

  constructor(
    sdkAppId = 0,
    userId = '',
    userSig = '',
    roomId = 0,
    strRoomId = '',
    role: TRTCRoleType = TRTCRoleType.TRTCRoleAnchor,
    privateMapKey: string | null = null,
    businessInfo: string | null = null,
    streamId: string | null = null,
    userDefineRecordId: string | null = null,
  ) {
    this.sdkAppId = sdkAppId;
    this.userId = userId;
    this.userSig = userSig;
    this.roomId = roomId;
    this.strRoomId = strRoomId;
    this.role = role;
    this.privateMapKey = privateMapKey;
    this.businessInfo = businessInfo;
    this.streamId = streamId;
    this.userDefineRecordId = userDefineRecordId;
  }
}

/**
 * What `switchRoom` needs (docs/trtc.md 2.1). The room is of the same kind as the one where the user is; a `roomId` other than 0
 * goes before `strRoomId`. Without a `userSig`, the one of the entry counts.
 */
export class TRTCSwitchRoomParam {
  /** As in {@link TRTCParams}. */
  roomId: number;
  /** As in {@link TRTCParams}. */
  strRoomId: string;
  /** Another ticket of the same user; empty for that of the entry. */
  userSig: string;
  /** The permission for the other room, where the server asks for one. */
  privateMapKey: string;

  constructor(roomId = 0, strRoomId = '', userSig = '', privateMapKey = '') {
    this.roomId = roomId;
    this.strRoomId = strRoomId;
    this.userSig = userSig;
    this.privateMapKey = privateMapKey;
  }
}

/** How a picture is encoded (docs/trtc.md 2.1). Frames per second; bitrates in kbit/s. */
export class TRTCVideoEncParam {
  /** How many pixels; other numbers lead to `onError(-1305)`. */
  videoResolution: TRTCVideoResolution;
  /** Whether the picture is wide or high. */
  resMode: TRTCVideoResolutionMode;
  /** Frames per second that are wanted, 1 to 60; 0 leaves them as they are. */
  videoFps: number;
  /** kbit/s at most, up to 50000; 0 for what fits the resolution. */
  videoBitrate: number;
  /** kbit/s that a poor network leaves at least, up to the bitrate; counts from the next time that publishing begins. */
  minVideoBitrate: number;
  /** Whether a poor network may make the picture smaller. */
  enableAdjustRes: boolean;

  constructor(
    videoResolution: TRTCVideoResolution = TRTCVideoResolution.TRTCVideoResolution_640_360,
    resMode: TRTCVideoResolutionMode = TRTCVideoResolutionMode.TRTCVideoResolutionModeLandscape,
    videoFps = 15,
    videoBitrate = 550,
    minVideoBitrate = 0,
    enableAdjustRes = false,
  ) {
    this.videoResolution = videoResolution;
    this.resMode = resMode;
    this.videoFps = videoFps;
    this.videoBitrate = videoBitrate;
    this.minVideoBitrate = minVideoBitrate;
    this.enableAdjustRes = enableAdjustRes;
  }
}

/** How a picture is shown (docs/trtc.md 2.1). */
export class TRTCRenderParams {
  /** How the picture is turned in its view. */
  rotation: TRTCVideoRotation;
  /** How it fits a view of another shape. */
  fillMode: TRTCVideoFillMode;
  /** Whether left and right are swapped. */
  mirrorType: TRTCVideoMirrorType;

  constructor(
    rotation: TRTCVideoRotation = TRTCVideoRotation.TRTCVideoRotation0,
    fillMode: TRTCVideoFillMode = TRTCVideoFillMode.TRTCVideoFillMode_Fit,
    mirrorType: TRTCVideoMirrorType = TRTCVideoMirrorType.TRTCVideoMirrorType_Disable,
  ) {
    this.rotation = rotation;
    this.fillMode = fillMode;
    this.mirrorType = mirrorType;
  }
}

/** Pixels of an image, four bytes each: blue, green, red, alpha (docs/trtc.md 2.1). `length` counts bytes. */
export class TRTCImageBuffer {
  /** The pixels, row by row from the top. */
  buffer: ArrayBuffer;
  /** How many bytes of `buffer` count. */
  length: number;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;

  constructor(buffer: ArrayBuffer = new ArrayBuffer(0), length = 0, width = 0, height = 0) {
    this.buffer = buffer;
    this.length = length;
    this.width = width;
    this.height = height;
  }
}

/** What to give up first on a poor network (docs/trtc.md 2.1). */
export class TRTCNetworkQosParam {
  /** What is kept on a poor network. */
  preference: TRTCVideoQosPreference;
  /** Makes no difference here. */
  controlMode: TRTCQosControlMode;

  constructor(
    preference: TRTCVideoQosPreference = TRTCVideoQosPreference.TRTCVideoQosPreferenceClear,
    controlMode: TRTCQosControlMode = TRTCQosControlMode.TRTCQosControlModeServer,
  ) {
    this.preference = preference;
    this.controlMode = controlMode;
  }
}

/** The size to capture the camera in (docs/trtc.md 2.5). `width` and `height` count in mode 3 only. */
export interface TRTCCameraCaptureParams {
  /** How the size is chosen. */
  mode: TRTCCameraCaptureMode;
  /** Pixels, in mode 3. */
  width: number;
  /** Pixels, in mode 3. */
  height: number;
}

/** A camera, microphone or speaker (docs/trtc.md 2.7). */
export class TRTCDeviceInfo {
  /** Empty as long as the browser keeps it to itself. Another one for each origin. */
  deviceId: string;
  /** As the browser names it; empty as long as it keeps that to itself. */
  deviceName: string;
  /** Always empty: a browser tells no more. */
  deviceProperties: Record<string, unknown>;

  constructor(deviceId = '', deviceName = '', deviceProperties: Record<string, unknown> = {}) {
    this.deviceId = deviceId;
    this.deviceName = deviceName;
    this.deviceProperties = deviceProperties;
  }
}

/** Options of an instance. `networkProxy` names the server when `setServerUrl` is not used. */
export interface TRTCInitConfig {
  /** Which server to use. Without a scheme in `host`, `config.supportHttps` says whether it is https. */
  networkProxy?: {
    /** A name or an address, or the whole address with its scheme. */
    host: string;
    /** 0 for the usual one. */
    port: number;
    /** Not used. */
    username: string;
    /** Not used. */
    password: string;
    /** Only `supportHttps` counts. */
    config: {
      /** Whether the address begins with `https:`. */
      supportHttps: boolean;
      /** Not used. */
      supportTcp: boolean;
      /** Not used. */
      supportUdp: boolean;
    };
  };
  /** Not used: there is one process only. */
  isIPCMode?: boolean;
}
