/** Version of the SDK, as `getSDKVersion` and `TRTC.VERSION` tell it and the server logs it. */
export const VERSION = '0.1.0';
