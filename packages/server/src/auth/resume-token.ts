import { createHmac } from 'node:crypto';
import type { Clock } from '@rotunda/base';
import type { RoomKey, TRTCAppScene } from '@rotunda/protocol';
import { z } from 'zod';
import { sameText } from './cloudapi-request.ts';

/** What a resume token says. It is a secret of one stay and proves nothing but that. */
export interface ResumePayload {
  readonly sessionId: string;
  /** The first of the stays that this one continues, one after the other; itself if it continues none. */
  readonly origin: string;
  readonly userId: string;
  readonly key: RoomKey;
  readonly scene: TRTCAppScene;
  /** What the stay may do, as its permission ticket said; absent if it had none. */
  readonly privileges?: number;
  /** Milliseconds since the epoch: the stay had begun and was not over. */
  readonly issuedAt: number;
}

/** Longest token that is looked at, in characters: what the wire lets through. */
const MAX_TOKEN_LENGTH = 2048;

const wireSchema = z.strictObject({
  v: z.literal(2),
  s: z.string(),
  /** Unless it is the same as `s`. */
  o: z.string().optional(),
  u: z.string(),
  a: z.number(),
  k: z.enum(['number', 'string']),
  r: z.string(),
  c: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  i: z.number().int().min(0),
  p: z.number().int().min(0).max(0xffff_ffff).optional(),
});

/**
 * Makes and reads the tokens with which a client returns to its stay. They are signed with a key that outlives the
 * server, so they are good after a restart; whether the stay goes on is not theirs to say. They expire, because how a stay
 * ended is not known for ever.
 */
export class ResumeTokens {
  readonly #secret: Buffer;
  readonly #clock: Clock;
  readonly #lifetimeMs: number;

  constructor(options: { secret: Buffer; clock: Clock; lifetimeMs: number }) {
    this.#secret = options.secret;
    this.#clock = options.clock;
    this.#lifetimeMs = options.lifetimeMs;
  }

  issue(payload: Omit<ResumePayload, 'issuedAt'>): string {
    const wire: z.infer<typeof wireSchema> = {
      v: 2,
      s: payload.sessionId,
      ...(payload.origin === payload.sessionId ? {} : { o: payload.origin }),
      u: payload.userId,
      a: payload.key.sdkAppId,
      k: payload.key.kind,
      r: payload.key.id,
      c: payload.scene,
      i: this.#clock.now(),
      ...(payload.privileges === undefined ? {} : { p: payload.privileges }),
    };
    const body = Buffer.from(JSON.stringify(wire)).toString('base64url');
    return `${body}.${this.#sign(body)}`;
  }

  /** @returns what the token says, or null if this server did not make it, or too long ago. */
  read(token: string): ResumePayload | null {
    const [body = '', signature = '', ...rest] = token.length <= MAX_TOKEN_LENGTH ? token.split('.') : [];
    if (!body || rest.length > 0 || !sameText(signature, this.#sign(body))) return null;
    const wire = wireSchema.safeParse(parseBody(body)).data;
    if (!wire || wire.i + this.#lifetimeMs <= this.#clock.now()) return null;
    return {
      sessionId: wire.s,
      origin: wire.o ?? wire.s,
      userId: wire.u,
      key: { sdkAppId: wire.a, kind: wire.k, id: wire.r },
      scene: wire.c,
      issuedAt: wire.i,
      ...(wire.p === undefined ? {} : { privileges: wire.p }),
    };
  }

  #sign(body: string): string {
    return createHmac('sha256', this.#secret).update(body).digest('base64url');
  }
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
