import { SOURCES, TRTCError, type RequestParams } from '@rotunda/protocol';
import type { Permission } from '../auth/permissions.ts';
import type { SignallingContext } from './context.ts';
import { endStream, inTurn, requireOpen } from './publishing.ts';
import { sendToken } from './return-tokens.ts';
import type { Session } from './session.ts';

/** A stay showed a permission ticket that does not allow it to be there: {@link expel} it when it has been told so. */
export class PermissionLostError extends TRTCError {
  readonly session: Session;

  constructor(message: string, session: Session) {
    super('ERR_SERVER_INFO_PRIVILEGE_FLAG_ERROR', message);
    this.session = session;
  }
}

/** A newer ticket for the room where the stay is. */
export function updatePermission(
  context: SignallingContext,
  session: Session,
  { privateMapKey }: RequestParams<'updatePermission'>,
): Promise<Record<string, never>> {
  return inTurn(session, async () => {
    const permission = recheck(context, session, privateMapKey);
    if (permission) await adopt(context, session, permission);
    return {};
  });
}

/**
 * What a ticket allows the stay now; null if nothing changes. The one that the stay has is not looked at again, unless `always`: a
 * request that is made again must be harmless.
 *
 * @throws PermissionLostError
 */
export function recheck(
  context: SignallingContext,
  session: Session,
  privateMapKey: string | undefined,
  how: { readonly always: boolean } = { always: false },
): Permission | null {
  if (!how.always && session.permission.ticket === privateMapKey) return null;
  try {
    const permission = context.permissions.check({ ...session.stay, privateMapKey });
    return permission === session.permission ? null : permission;
  } catch (error) {
    throw error instanceof TRTCError ? new PermissionLostError(error.message, session) : error;
  }
}

/** From here on the stay may do that, and what it may not do any more ends. In the turn of the stay only. */
export async function adopt(
  context: SignallingContext,
  session: Session,
  permission: Permission,
): Promise<void> {
  session.permission = permission;
  context.keptStays.keep(session);
  sendToken(context, session);
  for (const source of SOURCES) {
    if (!permission.mayReceive(source)) session.media.stopReceiving(source);
    if (permission.maySend(source)) continue;
    const message = `privateMapKey does not allow to send ${source} any more`;
    await endStream(context, session, { source, error: 'ERR_SERVER_INFO_PRIVILEGE_FLAG_ERROR', message });
  }
  requireOpen(session);
}

/** Removes the stay: the others see it leave, then its client learns why. */
export async function expel(context: SignallingContext, session: Session): Promise<void> {
  context.endings.record(session.stay.sessionId, { reason: 'permissionLost' });
  await context.writer.leave(session.stay, 'permissionLost');
  context.directory.end(session, 'permissionLost', { tell: true });
}
