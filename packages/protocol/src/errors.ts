/**
 * The TRTC codes that Rotunda answers with: one table (docs/trtc.md 4). `message` is what callbacks carry unless a
 * more specific text is at hand; it says what to do.
 */
export const TRTC_ERRORS = {
  ERR_FAILED: { code: -1, message: 'the operation failed' },
  ERR_INVALID_PARAMETER: { code: -2, message: 'a parameter is missing or malformed' },
  ERR_REFUSED: { code: -3, message: 'the operation is not possible in this state' },
  ERR_NOT_SUPPORTED: { code: -4, message: 'this browser does not support the operation' },
  ERR_SERVER_PROCESS_FAILED: { code: -7, message: 'the server failed to process the request' },
  ERR_CAMERA_START_FAIL: { code: -1301, message: 'the camera could not be opened: is one connected?' },
  ERR_MIC_START_FAIL: { code: -1302, message: 'the microphone could not be opened: is one connected?' },
  ERR_UNSUPPORTED_RESOLUTION: { code: -1305, message: 'videoResolution is one of TRTCVideoResolution' },
  ERR_SCREEN_CAPTURE_START_FAIL: { code: -1308, message: 'screen capture could not be started' },
  ERR_SCREEN_CAPTURE_UNSUPPORTED: { code: -1309, message: 'this browser cannot capture the screen' },
  ERR_CAMERA_NOT_AUTHORIZED: { code: -1314, message: 'camera access was denied: allow it for this page' },
  ERR_CAMERA_SET_PARAM_FAIL: { code: -1315, message: 'the camera cannot deliver the wanted format' },
  ERR_CAMERA_OCCUPY: { code: -1316, message: 'the camera is in use by another program' },
  ERR_MIC_NOT_AUTHORIZED: { code: -1317, message: 'microphone access was denied: allow it for this page' },
  ERR_MIC_SET_PARAM_FAIL: { code: -1318, message: 'the microphone cannot deliver the wanted format' },
  ERR_MIC_OCCUPY: { code: -1319, message: 'the microphone is in use by another program' },
  ERR_SPEAKER_START_FAIL: { code: -1321, message: 'the speaker could not be used: is it connected?' },
  ERR_PIXEL_FORMAT_UNSUPPORTED: { code: -1327, message: 'pixels are given as I420, BGRA32 or RGBA32' },
  ERR_BUFFER_TYPE_UNSUPPORTED: { code: -1328, message: 'pixels are given in a buffer' },
  ERR_AUDIO_PLUGIN_START_FAIL: { code: -1330, message: 'the browser gives no system sound' },
  ERR_AUDIO_PLUGIN_INSTALL_NOT_AUTHORIZED: { code: -1331, message: 'the user did not share system sound' },
  ERR_ROOM_ENTER_FAIL: { code: -3301, message: 'entering the room failed' },
  ERR_ROOM_REQUEST_ENTER_ROOM_TIMEOUT: {
    code: -3308,
    message: 'the server did not answer: check the address and the network',
  },
  ERR_ENTER_ROOM_PARAM_NULL: { code: -3316, message: 'enterRoom needs its parameters' },
  ERR_SDK_APPID_INVALID: { code: -3317, message: 'sdkAppId is a whole number from 1 to 4294967295' },
  ERR_ROOM_ID_INVALID: {
    code: -3318,
    message: 'give roomId (1 to 4294967294) or strRoomId (1 to 64 characters of the allowed set)',
  },
  ERR_USER_ID_INVALID: { code: -3319, message: 'userId has 1 to 64 bytes and no control characters' },
  ERR_USER_SIG_INVALID: {
    code: -3320,
    message: 'userSig is missing or unreadable: generate one for this sdkAppId and userId',
  },
  ERR_ROOM_REQUEST_QUIT_ROOM_TIMEOUT: { code: -3325, message: 'the server did not confirm the exit in time' },
  ERR_ROOM_REQUEST_CONN_ROOM_INVALID_PARAM: {
    code: -3328,
    message: 'give a JSON text with userId and roomId or strRoomId of another room',
  },
  ERR_CONNECT_OTHER_ROOM_AS_AUDIENCE: { code: -3330, message: 'only an anchor may connect to another room' },
  ERR_TRTC_ENTER_ROOM_REFUSED: {
    code: -3340,
    message: 'already in a room or entering one: call exitRoom first',
  },
  ERR_SCREEN_CAPTURE_STOPPED: { code: -7001, message: 'screen capture was stopped by the browser' },
  ERR_SERVER_INFO_PRIVILEGE_FLAG_ERROR: {
    code: -100006,
    message: 'the permission ticket does not allow this',
  },
  ERR_SERVER_INFO_BAD_SCENE_OR_ROLE: {
    code: -100011,
    message: 'the scene or the role does not fit this room',
  },
  ERR_SIG_EXPIRED: { code: -70001, message: 'userSig has expired: generate a new one' },
  ERR_SIG_WRONG_KEY: { code: -70003, message: 'userSig was signed with another secret key' },
  ERR_SIG_WRONG_USER: { code: -70013, message: 'userSig belongs to another userId' },
  ERR_SIG_WRONG_APP: { code: -70014, message: 'userSig belongs to another sdkAppId' },
  ERR_APPID_UNKNOWN: { code: -70252, message: 'this server does not know the sdkAppId' },
  ERR_ROOM_SYSTEM_ERROR: { code: -102000, message: 'internal error of the room service' },
  ERR_ROOM_NOT_EXIST: { code: -102005, message: 'the room does not exist' },
  ERR_ROOM_FIND_USER_FAILED: { code: -102007, message: 'the user is not in the room' },
  ERR_ROOM_NO_PRIVILEGE_ENTER_ROOM: { code: -102011, message: 'this user may not enter the room for now' },
  ERR_ROOM_NO_PRIVILEGE_PUSH_VIDEO: { code: -102013, message: 'this user may not publish' },
  ERR_ROOM_ANOTHER_USER_PUSH_SUB_VIDEO: {
    code: -102016,
    message: 'another user is already sharing the screen in this room',
  },
  ERR_ROOM_USER_WAS_DELETED: { code: -102018, message: 'the same userId entered the room again elsewhere' },
  ERR_ROOM_INVALID_PARAMETER: { code: -102023, message: 'the server refused a malformed request' },
  ERR_ROOM_CONN_ROOM_NOT_SUPPORT: {
    code: -102031,
    message: 'rooms of different kinds of id, number and string, cannot be connected',
  },
  ERR_ROOM_CONN_ROOM_REACH_MAX_NUM: {
    code: -102032,
    message: 'this room is connected with as many anchors of other rooms as it may be',
  },
  ERR_ROOM_CONN_ROOM_FAILED: {
    code: -102044,
    message:
      'the rooms could not be connected: one of them has another user of that name, or changed meanwhile',
  },
  ERR_ROOM_CONN_ROOM_CONNED_ROOM_NOT_EXIST: { code: -102046, message: 'the other room does not exist' },
  ERR_ROOM_CONN_ROOM_CONNED_REACH_MAX_ROOM: {
    code: -102047,
    message: 'the other room is connected with as many anchors of other rooms as it may be',
  },
  ERR_ROOM_CONN_ROOM_CONNED_USER_NOT_EXIST: {
    code: -102048,
    message: 'the other room has no anchor of that name',
  },
  ERR_ROOM_FULL: { code: -102052, message: 'the room has no more places' },
} as const;

export type TRTCErrorName = keyof typeof TRTC_ERRORS;

/** Warnings of `onWarning` (docs/trtc.md 4.4). */
export const TRTC_WARNINGS = {
  WARNING_SPEAKER_DEVICE_ABNORMAL: {
    code: 1205,
    message: 'the browser plays no sound before a click or a key: it begins with the next one',
  },
  WARNING_VIDEO_DECODE_FAIL: { code: 2101, message: 'a video stream cannot be decoded here' },
  WARNING_ROOM_DISCONNECT: { code: 5101, message: 'the connection to the room was lost' },
  WARNING_ROOM_RECONNECT: { code: 5102, message: 'trying to reconnect to the room' },
  WARNING_IGNORE_UPSTREAM_FOR_AUDIENCE: {
    code: 6001,
    message: 'audience members cannot publish: switch to the anchor role first',
  },
} as const;
export type TRTCWarningName = keyof typeof TRTC_WARNINGS;

/** A refusal with its TRTC code. What any room of the house throws or returns to say no. */
export class TRTCError extends Error {
  override readonly name = 'TRTCError';
  readonly code: number;
  readonly errorName: TRTCErrorName;

  constructor(errorName: TRTCErrorName, message: string = TRTC_ERRORS[errorName].message) {
    super(message);
    this.errorName = errorName;
    this.code = TRTC_ERRORS[errorName].code;
  }
}
