import type { AudienceChange } from '../roomlog/membership-port.ts';
import type { LogEntry, RoomEvent } from '../rooms/model.ts';
import type { Observed } from '../rooms/observations.ts';
import { isStreamEvent } from '../rooms/stream-events.ts';
import type { Happening, StayIdentity } from './happenings.ts';
import { LedgerRoom, type Moment } from './ledger-room.ts';

/** What came of something. */
export interface Taken {
  readonly happenings: readonly Happening[];
  /** How many beginnings were left out, because history may not grow. */
  readonly leftOut: number;
}

/**
 * Makes one history of the log and of the audience's comings and goings: whoever has entered leaves once, before the room
 * ends, whatever is reported, how often and in which order. Without `admit` nothing new begins in it: rooms, stays and
 * streams are then left out as a whole, from their beginning to their end, so that what is in it stays true.
 */
export class Ledger {
  /** By incarnation. */
  readonly #rooms = new Map<string, LedgerRoom>();
  #happenings: Happening[] = [];
  #leftOut = 0;

  /** Stays that are going on. */
  get openStays(): readonly StayIdentity[] {
    return [...this.#rooms.values()].flatMap(({ openStays }) => openStays);
  }

  take(entry: LogEntry, { admit }: { admit: boolean }): Taken {
    const continued = continuedStays(entry);
    const leaving = leavingStays(entry, continued);
    for (const [index, event] of entry.events.entries()) {
      const moment = { at: event.at, entry: { version: entry.version, index }, admit };
      if (event.type === 'created') this.#create(entry, event, moment);
      // Whose streams end because it leaves says so by leaving.
      if (isStreamEvent(event) && leaving.has(event.sessionId)) continue;
      if (event.type === 'left' && continued.has(event.sessionId)) continue;
      const room = this.#rooms.get(entry.incarnation);
      if (room) takeEvent(room, event, moment);
      if (event.type === 'dissolved') this.#rooms.delete(entry.incarnation);
    }
    return this.#taken();
  }

  takeAudience(change: AudienceChange, { admit }: { admit: boolean }): Taken {
    const room = this.#rooms.get(change.incarnation);
    const { userId, sessionId: stayId, at } = change;
    const moment = { at, entry: null, admit };
    if (change.type === 'left') room?.leave(change, change.reason, moment);
    else {
      const { client, continues } = change;
      room?.enter({ stayId, userId, role: 'audience', client, continues }, moment);
    }
    return this.#taken();
  }

  takeObservation({ stay, observation, at }: Observed, { admit }: { admit: boolean }): Taken {
    this.#rooms.get(stay.incarnation)?.observe(stay, observation, { at, entry: null, admit });
    return this.#taken();
  }

  #create({ key }: LogEntry, event: Extract<RoomEvent, { type: 'created' }>, moment: Moment): void {
    const leaveOut = (): void => void this.#leftOut++;
    if (!moment.admit) return leaveOut();
    const write = (happening: Happening): void => void this.#happenings.push(happening);
    const room = new LedgerRoom(key, event.incarnation, { write, leaveOut });
    this.#rooms.set(event.incarnation, room);
    room.create(event, moment);
  }

  #taken(): Taken {
    const taken = { happenings: this.#happenings, leftOut: this.#leftOut };
    this.#happenings = [];
    this.#leftOut = 0;
    return taken;
  }
}

function takeEvent(room: LedgerRoom, event: RoomEvent, moment: Moment): void {
  switch (event.type) {
    case 'entered': {
      const { sessionId: stayId, userId, client, continues } = event;
      room.enter({ stayId, userId, role: 'anchor', client, continues }, moment);
      return;
    }
    case 'left':
      room.leave(event, event.reason, moment);
      return;
    case 'guestEntered':
      room.guestEnters(event, moment);
      return;
    case 'guestLeft':
      room.guestLeaves(event, event.reason, moment);
      return;
    case 'streamStarted':
    case 'streamMuted':
    case 'streamStopped': {
      const { stream, type } = event;
      const now = type === 'streamStopped' ? 'stopped' : stream.muted ? 'silent' : 'sending';
      room.stream(event, { source: stream.source, now }, moment);
      return;
    }
    case 'dissolved':
      room.end(event.cause === 'dismissed' ? 'dismissed' : 'timedOut', moment);
      return;
    default:
  }
}

/** Stays that go on as another one, which begins in the same commit: of neither is told. */
function continuedStays({ events }: LogEntry): ReadonlySet<string> {
  return new Set(
    events.flatMap((event) =>
      event.type === 'entered' && event.replaces !== null && event.continues === event.replaces
        ? [event.replaces]
        : [],
    ),
  );
}

/** Stays that are over with this commit. */
function leavingStays({ events }: LogEntry, continued: ReadonlySet<string>): ReadonlySet<string> {
  return new Set(
    events.flatMap((event) =>
      event.type === 'left' && event.reason !== 'roleChanged' && !continued.has(event.sessionId)
        ? [event.sessionId]
        : [],
    ),
  );
}
