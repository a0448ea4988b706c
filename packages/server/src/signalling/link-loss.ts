import { CLOSE_CODES } from '@rotunda/protocol';
import type { SignallingContext } from './context.ts';
import type { Link, LinkEnd } from './link.ts';
import { leaveRoom } from './requests.ts';
import type { Session } from './session.ts';

/**
 * Close codes of a page or process that is gone (RFC 6455 section 7.4.1): a browser says 1001 for a page that it leaves; the
 * operating system closes the socket of one that was killed without any word, which reads as 1006. Whoever says anything
 * else is alive and may be on its way back.
 */
const GONE: ReadonlySet<number> = new Set([1001, 1006]);

/**
 * A stay has lost its link. Nobody else sees that before its deadline: short for who is gone, unless it comes back at once;
 * silence may be a cut network, which gets the whole time from the last byte. Who broke the protocol cannot come back, so it
 * leaves now. Does nothing if the stay goes on over another link, or is over.
 */
export function loseLink(context: SignallingContext, session: Session, link: Link, end: LinkEnd): void {
  if (!session.detach(link)) return;
  const { clock, timers, writer, log } = context;
  log.info({ ...session.stay, end }, 'link lost');
  if (end.by === 'us' && end.code === CLOSE_CODES.protocolError) {
    void leaveRoom(context, session, 'protocolError');
    return;
  }
  const gone = end.by === 'peer' && GONE.has(end.code);
  const giveUpAt = gone ? clock.now() + timers.goingAway : link.lastHeardAt + timers.giveUp;
  void writer.lost(session.stay, { giveUpAt, ifGivenUp: gone ? 'processGone' : 'timedOut' });
}
