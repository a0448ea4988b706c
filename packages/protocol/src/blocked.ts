import * as z from 'zod/mini';
import type { Source } from './enums.ts';

/** What a backend keeps a user from sending (docs/trtc.md 5.1). `video` is the camera and the screen. */
export const blockedSchema = z.object({ audio: z.boolean(), video: z.boolean() });
export type Blocked = Readonly<z.infer<typeof blockedSchema>>;

export const NOT_BLOCKED: Blocked = { audio: false, video: false };

export function isBlocked(blocked: Blocked, source: Source): boolean {
  return source === 'audio' ? blocked.audio : blocked.video;
}

export function sameBlock(one: Blocked, other: Blocked): boolean {
  return one.audio === other.audio && one.video === other.video;
}
