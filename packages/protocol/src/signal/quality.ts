import * as z from 'zod/mini';
import { userIdSchema } from '../ids.ts';

/** Of how many others a client may ask at once. */
export const MAX_QUALITY_USERS = 64;

/** TRTC's grades: 0 unknown, 1 excellent to 6 down (docs/trtc.md 2.1). */
const grade = z.literal([0, 1, 2, 3, 4, 5, 6]);
const percent = z.int().check(z.minimum(0), z.maximum(100));
const rtt = z.int().check(z.minimum(0), z.maximum(600_000));

/** The way from a client to the server: `rtt` there and back in milliseconds, `upLoss` of what it sends. */
const uplink = { quality: grade, rtt, upLoss: percent };

export const qualityReportSchema = z.object({
  ...uplink,
  downQuality: grade,
  downLoss: percent,
  /** The users whose way to the server is asked for. */
  of: z.array(userIdSchema).check(z.maxLength(MAX_QUALITY_USERS)),
});

/** Without those who have not told theirs. */
export const qualityAnswerSchema = z.object({
  users: z.array(z.object({ userId: z.string(), ...uplink })),
});
