import type { Clock } from '@rotunda/base';
import { roomKeyText, type RoomKey, type TRTCErrorName } from '@rotunda/protocol';
import { hasOtherHalf, repairs } from '../rooms/cross-room.ts';
import { decide } from '../rooms/decide.ts';
import { stayName, type GuestFacts, type StayName } from '../rooms/guest-model.ts';
import type { CommandOf, Member, OpenRoom, Refusal, RoomState } from '../rooms/model.ts';
import { asSeen } from '../rooms/stream.ts';
import { openRoom } from './audience.ts';
import type { StayRef } from './membership-port.ts';
import type { RoomLog } from './port.ts';

export type ConnectOutcome = { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal };

/** An anchor of another room, by name. */
export interface OtherAnchor {
  readonly key: RoomKey;
  readonly userId: string;
}

/** One of the two rooms of a link, and who of it is linked. */
interface Side {
  readonly key: RoomKey;
  readonly room: OpenRoom;
  readonly member: Member;
}

/**
 * Links between anchors of different rooms. A link is two facts in two logs, which no commit can change together. Hence: who
 * adds the second half looks at the first one again; what ends one half ends the other (linked-log.ts); and what was missed,
 * because a node died or the log could not be reached, is found by comparing the rooms.
 */
export class CrossRooms {
  readonly #log: RoomLog;
  readonly #clock: Clock;

  /** `log` must pass on what linked rooms have to learn. */
  constructor({ log, clock }: { log: RoomLog; clock: Clock }) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Also ok when the two are linked already. Refused before anybody is told, as far as can be seen in advance. */
  async connect(stay: StayRef, other: OtherAnchor): Promise<ConnectOutcome> {
    if (roomKeyText(stay.key) === roomKeyText(other.key)) {
      return refused('ERR_ROOM_REQUEST_CONN_ROOM_INVALID_PARAM');
    }
    if (stay.key.kind !== other.key.kind) return refused('ERR_ROOM_CONN_ROOM_NOT_SUPPORT');
    const seen = await this.#look(stay, other);
    if (!seen.ok) return seen;
    const there = this.#wantedThere({ ...seen, userId: other.userId });
    const first = await this.#log.commit(other.key, there);
    if (!first.ok) return first;
    const host = sideOf(other.key, first.state, other.userId);
    if (!host) return refused('ERR_ROOM_CONN_ROOM_FAILED');
    const here = this.#wantedHere(host, stay);
    const second = await this.#log.commit(stay.key, here);
    if (second.ok) return this.#settle(stay, other, here);
    await this.#undo(other.key, there, host.member);
    return second;
  }

  /** Ends all links of a stay. */
  async disconnect({ key, userId, sessionId }: StayRef): Promise<void> {
    await this.#log.commit(key, { type: 'disconnect', at: this.#clock.now(), userId, sessionId });
  }

  /** Compares the guests of a room with their own rooms, for what was not learned here. Safe on any node, at any time. */
  async repair(key: RoomKey): Promise<void> {
    const room = openRoom(await this.#log.read(key));
    const at = this.#clock.now();
    for (const guest of room?.guests.values() ?? []) {
      const home = await this.#log.read(guest.home.key);
      for (const command of repairs(guest, home, at)) await this.#log.commit(key, command);
    }
  }

  /** Whether both rooms would take the link as they are now. */
  async #look(
    stay: StayRef,
    { key, userId }: OtherAnchor,
  ): Promise<{ readonly ok: true; readonly own: Side } | (ConnectOutcome & { ok: false })> {
    const [ownState, otherState] = await Promise.all([this.#log.read(stay.key), this.#log.read(key)]);
    const own = sideOf(stay.key, ownState, stay.userId);
    if (own?.member.sessionId !== stay.sessionId) return refused('ERR_CONNECT_OTHER_ROOM_AS_AUDIENCE');
    const there = decide(otherState, this.#wantedThere({ own, userId }));
    if (!there.ok) return there;
    const host = sideOf(key, otherState, userId);
    const here = host && decide(ownState, this.#wantedHere(host, stay));
    return here && !here.ok ? here : { ok: true, own };
  }

  /** Both halves have been there. What changed in either room meanwhile may not have reached the other. */
  async #settle(stay: StayRef, other: OtherAnchor, here: CommandOf<'link'>): Promise<ConnectOutcome> {
    if (!hasOtherHalf(await this.#log.read(other.key), here.guest, stay)) {
      await this.#undo(stay.key, here, stay);
      const seen = await this.#look(stay, other);
      return seen.ok ? refused('ERR_ROOM_CONN_ROOM_FAILED') : seen;
    }
    await this.repair(stay.key);
    await this.repair(other.key);
    return { ok: true };
  }

  async #undo(key: RoomKey, { at, guest }: CommandOf<'link'>, host: StayName): Promise<void> {
    const link = { guest: stayName(guest), host: stayName(host), upTo: guest.version };
    await this.#log.commit(key, { type: 'unlink', at, ...link });
  }

  /** The anchor of the other room becomes a guest of whoever is named here. */
  #wantedThere({ own, userId }: { own: Side; userId: string }): CommandOf<'link'> {
    const at = this.#clock.now();
    return { type: 'link', at, guest: factsOf(own), host: { userId }, wantedBy: 'guest' };
  }

  #wantedHere(guest: Side, host: StayName): CommandOf<'link'> {
    const at = this.#clock.now();
    return { type: 'link', at, guest: factsOf(guest), host: stayName(host), wantedBy: 'host' };
  }
}

function sideOf(key: RoomKey, state: RoomState, userId: string): Side | null {
  const room = openRoom(state);
  const member = room?.members.get(userId);
  return room && member ? { key, room, member } : null;
}

function factsOf({ key, room, member }: Side): GuestFacts {
  const { incarnation, version } = room;
  const streams = [...member.streams.values()].map(asSeen);
  return { ...stayName(member), home: { key, incarnation }, streams, version };
}

function refused(error: TRTCErrorName): ConnectOutcome & { ok: false } {
  return { ok: false, refusal: { error } };
}
