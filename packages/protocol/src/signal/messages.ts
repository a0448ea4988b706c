import * as z from 'zod/mini';

/** Limits of custom messages, the same on both sides (docs/trtc.md 2.10). SEI messages count against the client's budget too. */
export const MESSAGE_LIMITS = {
  maxCmdId: 10,
  /** Of one message. */
  bytes: 1024,
  /** Of one client. */
  messagesPerSecond: 30,
  bytesPerSecond: 8 * 1024,
} as const;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** How many bytes a base64 text stands for. */
export function base64ByteLength(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}

const number = {
  cmdId: z.int().check(z.minimum(1), z.maximum(MESSAGE_LIMITS.maxCmdId)),
  /** Counts what one stay sends with one cmdId, from 1. */
  seq: z.int().check(z.minimum(1), z.maximum(0xffff_ffff)),
  /** Whether the receivers are to be told when it got lost. */
  reliable: z.boolean(),
};

/** A message to everybody in the room; `data` is base64. */
export const customMessageSchema = z.object({
  ...number,
  data: z.string().check(
    z.maxLength(Math.ceil(MESSAGE_LIMITS.bytes / 3) * 4),
    z.regex(BASE64),
    z.refine((text) => base64ByteLength(text) <= MESSAGE_LIMITS.bytes, 'too long'),
  ),
});

/** The newest message of a sender with one cmdId. */
export const messageMarkSchema = z.object({ userId: z.string(), sessionId: z.string(), ...number });
export type MessageMark = z.infer<typeof messageMarkSchema>;
