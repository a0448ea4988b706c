/** The web face: TRTC's interface as npm `trtc-sdk-v5` has it. */
export { TRTC, TRTC as default } from './web/trtc.ts';
export { RtcError } from './web/errors.ts';
export type * from './web/types.ts';
