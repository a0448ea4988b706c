import { TRTC_ERRORS, TRTC_WARNINGS } from '@rotunda/protocol';
import type { RemoteUsers } from '../users/remote-users.ts';
import type { LocalMedia } from './local-media.ts';
import type { RemoteMedia, RemoteMediaTools } from './remote-media.ts';
import type { RoomClientEvents } from './room-events.ts';
import type { StayObserver } from './stay-types.ts';

export type EmitRoomEvent = <K extends keyof RoomClientEvents>(
  event: K,
  ...args: RoomClientEvents[K]
) => void;

type Relayed =
  | 'onSwitchRefused'
  | 'onBlocked'
  | 'onLinkLost'
  | 'onTryingToReturn'
  | 'onLinkBack'
  | 'onFirstSent'
  | 'onFirstReceived'
  | 'onArrivals'
  | 'onPublishIgnored'
  | 'onMessage'
  | 'onMissed'
  | 'onSei'
  | 'onQuality'
  | 'onStatistics';

const IGNORED = TRTC_WARNINGS.WARNING_IGNORE_UPSTREAM_FOR_AUDIENCE;

/** What a stay tells that goes on to the face as it is. */
export function relayOfStay(
  emit: EmitRoomEvent,
  remote: Pick<RemoteMedia, 'arrived' | 'counted'>,
): Pick<StayObserver, Relayed> {
  return {
    onSwitchRefused: (error) => emit('switched', error),
    onBlocked: (blocked) => emit('blocked', blocked),
    onLinkLost: () => emit('linkLost'),
    onTryingToReturn: () => emit('tryingToReturn'),
    onLinkBack: () => emit('linkBack'),
    onFirstSent: (source) => emit('firstSent', source),
    onFirstReceived: (userId, source) => {
      emit('firstAudio', userId);
      remote.arrived(userId, source);
    },
    onArrivals: (arrivals) => remote.counted(arrivals),
    onPublishIgnored: () => emit('warning', IGNORED.code, IGNORED.message, ''),
    onMessage: (...message) => emit('message', ...message),
    onMissed: (...missed) => emit('messagesMissed', ...missed),
    onSei: (...message) => emit('sei', ...message),
    onQuality: (quality) => emit('quality', quality),
    onStatistics: (statistics) => emit('statistics', statistics),
  };
}

/** What comes of the others' pictures and sound. */
export function relayOfRemoteMedia(
  emit: EmitRoomEvent,
): Pick<RemoteMediaTools, 'onFirstFrame' | 'onResized' | 'onBlocked' | 'onStatus'> {
  return {
    onFirstFrame: (picture, { width, height }) => emit('firstPicture', picture, width, height),
    onResized: (picture, { width, height }) => emit('pictureResized', picture, width, height),
    onBlocked: (userId, resume) => emit('audioBlocked', userId, resume),
    onStatus: (...changed) => emit('status', ...changed),
  };
}

/** Who is in the room with what. */
export function relayUsers({ events }: RemoteUsers, emit: EmitRoomEvent): void {
  events.on('userEntered', (userId) => emit('userEntered', userId));
  events.on('available', (userId, source, available) => emit('available', userId, source, available));
  events.on('userLeft', (userId, reason) => emit('userLeft', userId, reason));
}

/** What becomes of the user's own devices. */
export function relayLocalMedia({ events }: LocalMedia, emit: EmitRoomEvent): void {
  events.on('ready', (source) => emit('deviceReady', source));
  events.on('ended', (source, error) => emit('captureEnded', source, error));
  events.on('unsupported', (what) => emit('warning', TRTC_ERRORS.ERR_NOT_SUPPORTED.code, what, ''));
  events.on('firstFrame', (source, width, height) => {
    if (source !== 'audio') emit('firstPicture', { userId: '', source, layer: 'big' }, width, height);
  });
}
