import type { SignallingContext } from './context.ts';
import type { Session } from './session.ts';

/** How often a connected client gets a new resume token: it may be away for the rest of a token's life. */
const TOKEN_RENEWAL_MS = 3_600_000;

/** As long as the client is there it has a token that is good for long enough. */
export function renewTokens(context: SignallingContext, session: Session): void {
  const renewal = context.clock.every(TOKEN_RENEWAL_MS, () => sendToken(context, session));
  session.onEnd(() => renewal.cancel());
}

export function sendToken(context: SignallingContext, session: Session): void {
  session.sendEvent('resumeToken', { resumeToken: issueToken(context, session) });
}

/** A token that says what the stay may do now, where that is not everything for everybody. */
export function issueToken(context: SignallingContext, session: Session): string {
  const { resumeTokens, permissions, keptStays } = context;
  const { stay, origin, scene, permission } = session;
  keptStays.renew(session);
  const limits = permissions.requiredBy(stay.key.sdkAppId) ? { privileges: permission.privileges } : {};
  return resumeTokens.issue({ ...stay, origin, scene, ...limits });
}
