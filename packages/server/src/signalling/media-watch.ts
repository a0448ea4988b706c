import { SOURCES } from '@rotunda/protocol';
import type { Timer } from '@rotunda/base';
import type { SignallingContext } from './context.ts';
import { withdraw } from './publishing.ts';
import type { Session } from './session.ts';

/**
 * Follows a stay's media, once it has some. Signalling decides presence: a user whose packets stop stays in the room, but after
 * `mediaLost` its streams are withdrawn, so that nobody looks at a frozen picture.
 */
export function watchMedia(context: SignallingContext, session: Session): void {
  const { events } = session.media;
  let deadline: Timer | null = null;
  const stopWaiting = (): void => {
    deadline?.cancel();
    deadline = null;
  };

  events.on('mediaLost', () => {
    deadline ??= context.clock.after(context.timers.mediaLost, () => {
      deadline = null;
      withdrawAll(context, session);
    });
  });
  events.on('mediaBack', stopWaiting);
  events.on('layersWanted', (stream, layers) => {
    const wanted = layers === 'big' ? ({ layers: 'all', spare: 'small' } as const) : { layers };
    session.wishes.askForLayers({ ...stream, ...wanted });
  });
  events.on('consumerClosed', (consumerId) => session.sendEvent('consumerClosed', { consumerId }));
  events.on('reset', (transports) => {
    stopWaiting();
    if (session.state.name === 'connected') session.sendEvent('mediaReset', { transports });
    else session.transportsChanged = true;
  });
  events.on('recvReplaced', (recv) => {
    if (session.state.name === 'connected') session.sendEvent('receiveReset', { recv });
    else session.transportsChanged = true;
  });
  events.on('failed', () => {
    stopWaiting();
    void context.writer
      .leave(session.stay, 'serverFault')
      .then(() => context.directory.end(session, 'serverFault', { tell: true }));
  });
  session.onEnd(stopWaiting);
}

function withdrawAll(context: SignallingContext, session: Session): void {
  if (!session.open) return;
  const message = 'no packets arrived any more: the stream was withdrawn';
  for (const source of SOURCES) {
    withdraw(context, session, { source, error: 'ERR_SERVER_PROCESS_FAILED', message }).catch(
      (error: unknown) => context.log.warn({ err: error, ...session.stay }, 'could not withdraw a stream'),
    );
  }
}
