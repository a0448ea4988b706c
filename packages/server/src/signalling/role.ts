import {
  TRTCError,
  effectiveRole,
  type RequestParams,
  type RequestResult,
  type Role,
  type TransportMessage,
} from '@rotunda/protocol';
import type { SignallingContext } from './context.ts';
import { adopt, recheck } from './permission.ts';
import { inTurn, requireMeasure, requireOpen } from './publishing.ts';
import type { Session } from './session.ts';

/** Who becomes an anchor has to show a permission ticket again, where they are required. */
export function switchRole(
  context: SignallingContext,
  session: Session,
  { role: wanted, privateMapKey }: RequestParams<'switchRole'>,
): Promise<RequestResult<'switchRole'>> {
  return inTurn(session, async () => {
    const role = effectiveRole(session.scene, wanted);
    if (role !== session.role) requireMeasure(context, session);
    const rises = role === 'anchor' && session.role === 'audience';
    if (rises || privateMapKey !== undefined) {
      const permission = recheck(context, session, privateMapKey, { always: rises });
      if (permission) await adopt(context, session, permission);
    }
    return role === 'anchor' ? { send: await toAnchor(context, session) } : toAudience(context, session);
  });
}

/** The others are told of an anchor that has all it needs. */
async function toAnchor(context: SignallingContext, session: Session): Promise<TransportMessage> {
  const send = await session.media.openSend();
  try {
    await changeRole(context, session, 'anchor');
  } catch (error) {
    session.media.closeSend();
    throw error;
  }
  return send;
}

async function toAudience(context: SignallingContext, session: Session): Promise<Record<string, never>> {
  await changeRole(context, session, 'audience');
  session.media.closeSend();
  // The log ended the streams with the role.
  session.published.clear();
  return {};
}

async function changeRole(context: SignallingContext, session: Session, role: Role): Promise<void> {
  if (role === session.role) return;
  const outcome = await context.membership.switchRole({ ...session.stay, role });
  if (!outcome.ok) throw new TRTCError(outcome.refusal.error);
  requireOpen(session);
  session.role = role;
  context.log.info({ ...session.stay, role }, 'role changed');
}
