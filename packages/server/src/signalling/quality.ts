import type { RequestParams, RequestResult } from '@rotunda/protocol';
import { presentUser } from '../rooms/present.ts';
import type { SignallingContext } from './context.ts';
import { requireOpen } from './publishing.ts';
import { QualityReports } from './quality-reports.ts';
import type { Session } from './session.ts';
import { KnownSurroundings } from './surroundings.ts';

/** Keeps what a client says of its path and its streams, and answers what the others said of theirs. Throws a TRTCError. */
export function reportQuality(
  { clock, directory, measures, onObserved }: SignallingContext,
  session: Session,
  { of, streams, surroundings, ...report }: RequestParams<'quality'>,
): RequestResult<'quality'> {
  requireOpen(session);
  const at = clock.now();
  session.quality ??= new QualityReports(at);
  session.quality.take({ ...report, at });
  const { incarnation, key, stay } = session;
  measures.take(
    { sdkAppId: key.sdkAppId, roomId: key.id, incarnation, sessionId: stay.sessionId },
    { ...report, streams },
  );
  if (surroundings) {
    session.surroundings ??= new KnownSurroundings(at);
    for (const observation of session.surroundings.look(surroundings, at))
      onObserved({ stay: { ...stay, incarnation }, observation, at });
  }
  const room = directory.roomOf(session);
  const users = of.flatMap((userId) => {
    const user = room && presentUser(room, userId);
    const last = user && directory.find(user.sessionId)?.quality?.last;
    return last ? [{ userId, quality: last.quality, rtt: last.rtt, upLoss: last.upLoss }] : [];
  });
  return { users };
}
