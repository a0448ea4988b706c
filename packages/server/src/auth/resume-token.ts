import { createHmac } from 'node:crypto';
import type { RoomKey, TRTCAppScene } from '@rotunda/protocol';
import { z } from 'zod';
import { sameText } from './cloudapi-request.ts';

/** What a resume token says. It is a secret of one stay and proves nothing but that. */
export interface ResumePayload {
  readonly sessionId: string;
  readonly userId: string;
  readonly key: RoomKey;
  readonly scene: TRTCAppScene;
  /** Counts the tokens of the stay, so that a later one can outdate an earlier one. */
  readonly generation: number;
}

/** Longest token that is looked at, in characters: what the wire lets through. */
const MAX_TOKEN_LENGTH = 2048;

const wireSchema = z.strictObject({
  v: z.literal(1),
  s: z.string(),
  u: z.string(),
  a: z.number(),
  k: z.enum(['number', 'string']),
  r: z.string(),
  c: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]),
  g: z.number().int().min(0),
});

/**
 * Makes and reads the tokens with which a client returns to its stay. They are signed with a key that outlives the
 * server, so they are good after a restart; whether the stay goes on is not theirs to say.
 */
export class ResumeTokens {
  readonly #secret: Buffer;

  constructor(secret: Buffer) {
    this.#secret = secret;
  }

  issue(payload: Omit<ResumePayload, 'generation'> & { readonly generation?: number }): string {
    const wire: z.infer<typeof wireSchema> = {
      v: 1,
      s: payload.sessionId,
      u: payload.userId,
      a: payload.key.sdkAppId,
      k: payload.key.kind,
      r: payload.key.id,
      c: payload.scene,
      g: payload.generation ?? 0,
    };
    const body = Buffer.from(JSON.stringify(wire)).toString('base64url');
    return `${body}.${this.#sign(body)}`;
  }

  /** @returns what the token says, or null if this server did not make it. */
  read(token: string): ResumePayload | null {
    const [body = '', signature = '', ...rest] = token.length <= MAX_TOKEN_LENGTH ? token.split('.') : [];
    if (!body || rest.length > 0 || !sameText(signature, this.#sign(body))) return null;
    const wire = wireSchema.safeParse(parseBody(body)).data;
    if (!wire) return null;
    return {
      sessionId: wire.s,
      userId: wire.u,
      key: { sdkAppId: wire.a, kind: wire.k, id: wire.r },
      scene: wire.c,
      generation: wire.g,
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
