import type { Log, TypedEmitter } from '@rotunda/base';
import type { RoomClientEvents } from './room-events.ts';

/** Writes down every transition of a client, one line each. */
export function logEvents(events: TypedEmitter<RoomClientEvents>, log: Log): void {
  events.on('entered', (elapsedMs) => log.info({ elapsedMs }, 'entered the room'));
  events.on('enterFailed', ({ code, message }, how) =>
    log.warn({ code, message, ...how }, 'could not enter the room'),
  );
  events.on('switched', (error) =>
    error ? log.warn(error, 'could not switch rooms') : log.info({}, 'is in another room'),
  );
  events.on('exited', (end) => log.info(end, 'left the room'));
  events.on('userEntered', (userId) => log.info({ userId }, 'a user entered'));
  events.on('userLeft', (userId, reason) => log.info({ userId, reason }, 'a user left'));
  events.on('available', (userId, source, available) =>
    log.info({ userId, source, available }, 'a stream of a user changed'),
  );
  events.on('blocked', (blocked) => log.warn({ ...blocked }, 'what a backend blocks has changed'));
  events.on('linkLost', () => log.warn({}, 'lost the link to the server'));
  events.on('tryingToReturn', () => log.info({}, 'trying to reach the server again'));
  events.on('linkBack', () => log.info({}, 'the link to the server is back'));
  events.on('error', (code, message) => log.error({ code, message }, 'an error was told'));
  events.on('warning', (code, message, userId) => log.warn({ code, message, userId }, 'a warning was told'));
  events.on('deviceReady', (source) => log.info({ source }, 'a device delivers'));
  events.on('captureEnded', (source) => log.warn({ source }, 'a capture ended'));
  events.on('firstSent', (source) => log.info({ source }, 'the first packet was sent'));
  events.on('firstAudio', (userId) => log.info({ userId }, 'the first sound arrived'));
  events.on('firstPicture', (stream, width, height) =>
    log.info({ ...stream, width, height }, 'the first picture is shown'),
  );
  events.on('status', (userId, source, change) =>
    log.info({ userId, source, ...change }, 'a stream of a user plays, loads or is stopped'),
  );
  events.on('messagesMissed', (userId, cmdId, count) =>
    log.warn({ userId, cmdId, count }, 'messages were missed'),
  );
  events.on('audioBlocked', (userId) => log.warn({ userId }, 'the browser does not let sound play yet'));
}
