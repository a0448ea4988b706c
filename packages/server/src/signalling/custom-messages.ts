import { TRTCError, type EventData, type MessageMark, type RequestParams } from '@rotunda/protocol';
import type { SignallingContext } from './context.ts';
import { requireOpen } from './publishing.ts';
import type { Session } from './session.ts';
import { Speech } from './speech.ts';

/** Passes a message on in the same turn, so that messages arrive in the order in which they were sent. Throws a TRTCError. */
export function sendCustomMessage(
  { clock, timers, directory }: SignallingContext,
  session: Session,
  message: RequestParams<'customMessage'>,
): void {
  requireOpen(session);
  if (session.role !== 'anchor') throw new TRTCError('ERR_REFUSED', 'only who may publish may send messages');
  const now = clock.now();
  session.speech ??= new Speech({ now, linkDead: timers.linkDead });
  if (!session.speech.accept(message, now)) return;
  const { userId, sessionId } = session.stay;
  const data: EventData<'customMessage'> = { userId, sessionId, ...message };
  directory.tellOthers(session, JSON.stringify({ type: 'event', name: 'customMessage', data }));
}

/** What the others in the room have said so far. */
export function messageMarks({ directory }: SignallingContext, session: Session): MessageMark[] {
  return directory
    .neighbours(session)
    .flatMap(({ stay: { userId, sessionId }, speech }) =>
      [...(speech?.newest ?? [])].map(([cmdId, newest]) => ({ userId, sessionId, cmdId, ...newest })),
    );
}
