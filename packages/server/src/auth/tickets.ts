import type { Clock } from '@rotunda/base';
import { TRTC_ERRORS, type TRTCErrorName } from '@rotunda/protocol';
import { genUserSig, verifyUserSig } from '@rotunda/protocol/usersig';
import type { AppRegistry } from './apps.ts';

/** Who somebody claims to be, and the proof. */
export interface EntryCredentials {
  readonly sdkAppId: number;
  readonly userId: string;
  readonly userSig: string;
}

/** Verifies and makes tickets of the applications that this server knows (docs/trtc.md 1.2). */
export class Tickets {
  readonly #apps: AppRegistry;
  readonly #clock: Clock;

  constructor({ apps, clock }: { apps: AppRegistry; clock: Clock }) {
    this.#apps = apps;
    this.#clock = clock;
  }

  /** @returns why the ticket does not let this user in, with TRTC's message; null when it does. */
  refusal(entry: EntryCredentials): { error: TRTCErrorName; message: string } | null {
    const app = this.#apps.find(entry.sdkAppId);
    if (!app) return { error: 'ERR_APPID_UNKNOWN', message: TRTC_ERRORS.ERR_APPID_UNKNOWN.message };
    const verdict = verifyUserSig(entry.userSig, {
      sdkAppId: entry.sdkAppId,
      userId: entry.userId,
      secretKey: app.secretKey,
      nowSeconds: this.#clock.now() / 1000,
    });
    return verdict.ok ? null : verdict;
  }

  /** Like {@link refusal}, by name only. Bound, so that it can be handed on as a function. */
  readonly check = (entry: EntryCredentials): TRTCErrorName | null => this.refusal(entry)?.error ?? null;

  /** @returns a ticket, or null when the server does not know the app. */
  issue(request: { sdkAppId: number; userId: string; expireSeconds: number }): string | null {
    const app = this.#apps.find(request.sdkAppId);
    return app ? genUserSig({ ...request, secretKey: app.secretKey, now: this.#clock.now() }) : null;
  }
}
