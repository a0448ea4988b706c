/** Places of a call scene (docs/trtc.md 1.5). */
export const MAX_CALL_MEMBERS = 300;
/** Members of one room who may publish at the same time (docs/trtc.md 1.5). */
export const MAX_PUBLISHERS = 50;
