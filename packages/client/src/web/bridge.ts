import type { Clock, Timer } from '@rotunda/base';
import { LEAVE_REASONS } from '@rotunda/protocol';
import type { RoomClient } from '../session/room-client.ts';
import type { StayEnd } from '../session/stay-types.ts';
import { ERROR_CODE, EXTRA_CODE, RtcError, coreError } from './errors.ts';
import type { ConnectionState, WebEvents } from './types.ts';
import { toStreamType } from './views.ts';

export type Tell = <K extends keyof WebEvents>(event: K, payload: WebEvents[K]) => void;

/**
 * Translates what the core tells into events. What comes with an entry is held back until a task after `enterRoom` has
 * resolved, because applications attach their handlers there.
 */
export class Bridge {
  readonly #clock: Clock;
  readonly #tell: Tell;
  #held: (() => void)[] | null = null;
  #timer: Timer | null = null;
  #connection: ConnectionState = 'DISCONNECTED';

  constructor({ events }: RoomClient, tools: { clock: Clock; tell: Tell }) {
    this.#clock = tools.clock;
    this.#tell = tools.tell;
    events.on('entered', () => this.#entered());
    events.on('enterFailed', () => this.#connectionIs('DISCONNECTED'));
    events.on('exited', (end) => this.#exited(end));
    events.on('linkLost', () => this.#connectionIs('RECONNECTING'));
    events.on('linkBack', () => this.#connectionIs('RECONNECTED'));
    this.#listenToUsers(events);
    this.#listenToMedia(events);
  }

  entering(): void {
    this.#connectionIs('CONNECTING');
  }

  /** The user's own exit: nothing is told of it, and nothing of the others any more. */
  leaving(): void {
    this.#drop();
    this.#connection = 'DISCONNECTED';
  }

  #entered(): void {
    this.#connectionIs('CONNECTED');
    this.#held = [];
    this.#timer = this.#clock.after(0, () => {
      // A handler may leave, and what comes meanwhile queues behind.
      for (let tell = this.#held?.shift(); tell; tell = this.#held?.shift()) tell();
      this.#drop();
    });
  }

  #drop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#held = null;
  }

  #soon<K extends keyof WebEvents>(event: K, payload: WebEvents[K]): void {
    if (this.#held) this.#held.push(() => this.#tell(event, payload));
    else this.#tell(event, payload);
  }

  #exited(end: StayEnd): void {
    if (end.by === 'user') {
      this.leaving();
      return;
    }
    // The end overtakes what was held back about the others, but not `enterRoom`.
    if (this.#held) this.#held.length = 0;
    const reason = end.by === 'server' ? LEAVE_REASONS[end.reason].web : null;
    const message = end.by === 'server' && end.message ? { message: end.message } : {};
    const block = end.entryBlock ? { blockedUntil: end.entryBlock.until } : {};
    if (reason) this.#soon('kicked-out', { reason, ...message, ...block });
    else this.#soon('error', lost(end));
    this.#connectionIs('DISCONNECTED');
  }

  #connectionIs(state: ConnectionState): void {
    const prevState = this.#connection;
    if (prevState === state) return;
    this.#connection = state;
    const isReconnecting = state === 'RECONNECTING';
    this.#soon('connection-state-changed', { prevState, state, isReconnecting });
  }

  #listenToUsers(events: RoomClient['events']): void {
    events.on('userEntered', (userId) => this.#soon('remote-user-enter', { userId }));
    events.on('userLeft', (userId, reason) => this.#soon('remote-user-exit', { userId, reason }));
    events.on('available', (userId, source, available) => {
      if (source === 'audio') {
        this.#soon(available ? 'remote-audio-available' : 'remote-audio-unavailable', { userId });
        return;
      }
      const stream = { userId, streamType: toStreamType(source) };
      this.#soon(available ? 'remote-video-available' : 'remote-video-unavailable', stream);
    });
  }

  #listenToMedia(events: RoomClient['events']): void {
    events.on('error', (code, message) => this.#soon('error', coreError({ code, message })));
    events.on('blocked', ({ audio, video }) => this.#soon('local-user-blocked', { audio, video }));
    events.on('captureEnded', (source) => {
      if (source === 'sub') {
        this.#soon('screen-share-stopped', undefined);
        return;
      }
      const extraCode = source === 'video' ? EXTRA_CODE.cameraLost : EXTRA_CODE.microphoneLost;
      const message = `the ${source === 'video' ? 'camera' : 'microphone'} was disconnected`;
      this.#soon('error', new RtcError({ code: ERROR_CODE.DEVICE_ERROR, extraCode, message }));
    });
    events.on('firstPicture', ({ userId, source }, width, height) =>
      this.#soon('first-video-frame', { userId, streamType: toStreamType(source), width, height }),
    );
    events.on('audioBlocked', (userId, resume) =>
      this.#soon('autoplay-failed', { userId, mediaType: 'audio', resume }),
    );
  }
}

function lost(end: Exclude<StayEnd, { by: 'user' }>): RtcError {
  const message = end.by === 'fault' ? end.message : `the server ended the stay: ${end.reason}`;
  const blockedUntil = end.entryBlock?.until;
  const extraCode = EXTRA_CODE.rejoinFailed;
  return new RtcError({ code: ERROR_CODE.OPERATION_FAILED, extraCode, message, blockedUntil });
}
