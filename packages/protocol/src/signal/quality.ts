import * as z from 'zod/mini';
import { userIdSchema } from '../ids.ts';
import { sourceSchema } from './sources.ts';

/** Of how many others a client may ask at once. */
export const MAX_QUALITY_USERS = 64;

/** How many streams one report tells of: enough for what fits on a screen. */
export const MAX_STREAM_REPORTS = 32;

/** TRTC's grades: 0 unknown, 1 excellent to 6 down (docs/trtc.md 2.1). */
const grade = z.literal([0, 1, 2, 3, 4, 5, 6]);
const percent = z.int().check(z.minimum(0), z.maximum(100));
const rtt = z.int().check(z.minimum(0), z.maximum(600_000));

/** The way from a client to the server: `rtt` there and back in milliseconds, `upLoss` of what it sends. */
const uplink = { quality: grade, rtt, upLoss: percent };

const whole = (max: number) => z.int().check(z.minimum(0), z.maximum(max));

/** What became of one stream since the last report. What the client does not know, or a stream of its kind does not have, is 0. */
const streamReportSchema = z.object({
  /** Who sends it; empty for the client itself. */
  userId: z.union([userIdSchema, z.literal('')]),
  source: sourceSchema,
  kbps: whole(1_000_000),
  /** Of its packets, in percent. */
  loss: percent,
  /** How long it stood still, in milliseconds. */
  blocked: whole(60_000),
  width: whole(16_384),
  height: whole(16_384),
  /** Frames per second that were sent, or decoded. */
  fps: whole(1_000),
  /** Frames per second that were captured, or arrived. */
  inputFps: whole(1_000),
  /** How loud it was, 0 to 100. */
  volume: percent,
});

/** What a client knows of where it runs, besides its media. */
const surroundingsSchema = z.object({
  /** Whether the page is out of sight. */
  hidden: z.boolean(),
  /** Over which network it talks; absent if the browser does not tell. */
  network: z.optional(z.enum(['wifi', '4g', '3g', '2g', 'wired'])),
  /** What the page tried to open last without being allowed to. */
  denied: z.array(z.enum(['audio', 'video'])).check(z.maxLength(2)),
});

export type Surroundings = z.infer<typeof surroundingsSchema>;

export const qualityReportSchema = z.object({
  ...uplink,
  downQuality: grade,
  downLoss: percent,
  /** The users whose way to the server is asked for. */
  of: z.array(userIdSchema).check(z.maxLength(MAX_QUALITY_USERS)),
  /** Of the big stream of a picture. */
  streams: z.optional(z.array(streamReportSchema).check(z.maxLength(MAX_STREAM_REPORTS))),
  surroundings: z.optional(surroundingsSchema),
});

export type StreamReport = z.infer<typeof streamReportSchema>;

/** Without those who have not told theirs. */
export const qualityAnswerSchema = z.object({
  users: z.array(z.object({ userId: z.string(), ...uplink })),
});
