/** TRTC's own numbers (docs/trtc.md 1.5 and 2.1). */

/**
 * What a room is for. In the two call scenes everybody may send; in the two live scenes anchors only.
 * @enum
 */
export const TRTCAppScene = {
  TRTCAppSceneVideoCall: 0,
  TRTCAppSceneLIVE: 1,
  TRTCAppSceneAudioCall: 2,
  TRTCAppSceneVoiceChatRoom: 3,
} as const;
export type TRTCAppScene = (typeof TRTCAppScene)[keyof typeof TRTCAppScene];

/**
 * Who may send in a live scene: anchors.
 * @enum
 */
export const TRTCRoleType = { TRTCRoleAnchor: 20, TRTCRoleAudience: 21 } as const;
export type TRTCRoleType = (typeof TRTCRoleType)[keyof typeof TRTCRoleType];

/**
 * Which of a user's streams: the camera, the camera in small, or the screen.
 * @enum
 */
export const TRTCVideoStreamType = {
  TRTCVideoStreamTypeBig: 0,
  TRTCVideoStreamTypeSmall: 1,
  TRTCVideoStreamTypeSub: 2,
} as const;
export type TRTCVideoStreamType = (typeof TRTCVideoStreamType)[keyof typeof TRTCVideoStreamType];

/**
 * How sound is encoded: for speech, for both, or for music.
 * @enum
 */
export const TRTCAudioQuality = {
  TRTCAudioQualitySpeech: 1,
  TRTCAudioQualityDefault: 2,
  TRTCAudioQualityMusic: 3,
} as const;
export type TRTCAudioQuality = (typeof TRTCAudioQuality)[keyof typeof TRTCAudioQuality];

/** Reasons of `onExitRoom` (docs/trtc.md 2.12). */
export const TRTCExitReason = { exited: 0, removed: 1, dismissed: 2, serverFault: 3 } as const;
export type TRTCExitReason = (typeof TRTCExitReason)[keyof typeof TRTCExitReason];

/** Reasons of `onRemoteUserLeaveRoom` (docs/trtc.md 2.12). */
export const TRTCRemoteLeaveReason = { exited: 0, timedOut: 1, removed: 2, becameAudience: 3 } as const;
export type TRTCRemoteLeaveReason = (typeof TRTCRemoteLeaveReason)[keyof typeof TRTCRemoteLeaveReason];

/** `call`: everybody may publish and is announced. `live`: only anchors may and are (docs/trtc.md 1.5). */
export type SceneKind = 'call' | 'live';
export type Role = 'anchor' | 'audience';
/** What a user publishes: at most one producer per source. */
export type Source = 'audio' | 'video' | 'sub';
export const SOURCES = ['video', 'audio', 'sub'] as const satisfies readonly Source[];
/** Simulcast layers of the `video` source: the big and the small stream. */
export type Layer = 'big' | 'small';

export function sceneKind(scene: TRTCAppScene): SceneKind {
  return scene === TRTCAppScene.TRTCAppSceneLIVE || scene === TRTCAppScene.TRTCAppSceneVoiceChatRoom
    ? 'live'
    : 'call';
}

/** In call scenes the role is ignored: everybody is an anchor. */
export function effectiveRole(scene: TRTCAppScene, role: TRTCRoleType): Role {
  return sceneKind(scene) === 'live' && role === TRTCRoleType.TRTCRoleAudience ? 'audience' : 'anchor';
}
