/** Places of a call scene (docs/trtc.md 1.5). */
export const MAX_CALL_MEMBERS = 300;
/** Members of one room who may publish at the same time (docs/trtc.md 1.5). */
export const MAX_PUBLISHERS = 50;
/** Anchors of other rooms who may be guests of one room at the same time. TRTC has such a limit and does not publish it. */
export const MAX_GUESTS = 10;
