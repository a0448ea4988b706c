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
  sdkAppId: number;
  userId: string;
  userSig: string;
  roomId: number;
  strRoomId: string;
  role: TRTCRoleType;
  privateMapKey: string | null;
  businessInfo: string | null;
  streamId: string | null;
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
  roomId: number;
  strRoomId: string;
  userSig: string;
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
  videoResolution: TRTCVideoResolution;
  resMode: TRTCVideoResolutionMode;
  videoFps: number;
  videoBitrate: number;
  minVideoBitrate: number;
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
  rotation: TRTCVideoRotation;
  fillMode: TRTCVideoFillMode;
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
  buffer: ArrayBuffer;
  length: number;
  width: number;
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
  preference: TRTCVideoQosPreference;
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
  mode: TRTCCameraCaptureMode;
  width: number;
  height: number;
}

/** A camera, microphone or speaker (docs/trtc.md 2.7). */
export class TRTCDeviceInfo {
  /** Empty as long as the browser keeps it to itself. Another one for each origin. */
  deviceId: string;
  deviceName: string;
  deviceProperties: Record<string, unknown>;

  constructor(deviceId = '', deviceName = '', deviceProperties: Record<string, unknown> = {}) {
    this.deviceId = deviceId;
    this.deviceName = deviceName;
    this.deviceProperties = deviceProperties;
  }
}

/** Options of an instance. `networkProxy` names the server when `setServerUrl` is not used. */
export interface TRTCInitConfig {
  networkProxy?: {
    host: string;
    port: number;
    username: string;
    password: string;
    config: { supportHttps: boolean; supportTcp: boolean; supportUdp: boolean };
  };
  isIPCMode?: boolean;
}
