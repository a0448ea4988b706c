import type { Clock } from '@rotunda/base';
import type { Blocked, LeaveReason, RoomKey, Timers } from '@rotunda/protocol';
import type { ClientFacts, Command, LogEntry, OpenRoom, RoomState } from '../rooms/model.ts';
import type { AudienceChange, EnterRequest, StayRef } from './membership-port.ts';
import type { CommitResult, PresenceEntry, PresenceIndex, RoomLog } from './port.ts';

export interface AudienceTools {
  readonly log: RoomLog;
  readonly presence: PresenceIndex;
  readonly clock: Clock;
  readonly timers: Pick<Timers, 'emptyLiveRoom'>;
  readonly onAudienceChange: (change: AudienceChange) => void;
}

/** Keeps log and presence index in step: the log only knows whether there is an audience. */
export class Audience {
  readonly #tools: AudienceTools;

  constructor(tools: AudienceTools) {
    this.#tools = tools;
  }

  /** Commits to the log; when that ends the room, what the index still holds of it is forgotten. */
  async commit(key: RoomKey, command: Command): Promise<CommitResult> {
    const result = await this.#tools.log.commit(key, command);
    await dropIfDissolved(this.#tools.presence, result);
    return result;
  }

  /**
   * Tells the log whether the index holds anybody, until what it was told is still so afterwards. Everybody who adds to
   * the index, or empties it, does this after; so the last one to do it leaves the two in agreement.
   *
   * @returns the room, or null if that incarnation is over.
   */
  async settle(key: RoomKey, incarnation: string, expected: 'present' | 'none'): Promise<OpenRoom | null> {
    const { presence, clock, timers } = this.#tools;
    let audience: 'present' | 'none' = expected;
    for (;;) {
      const at = clock.now();
      const dissolveAt = at + timers.emptyLiveRoom;
      const result = await this.commit(key, { type: 'audience', at, incarnation, audience, dissolveAt });
      const room = result.ok ? openRoom(result.state) : null;
      if (room?.incarnation !== incarnation) return null;
      const actual = (await presence.count(key, incarnation)) > 0 ? 'present' : 'none';
      if (actual === audience) return room;
      audience = actual;
    }
  }

  /** The log knows this of members; here the same of the audience: see {@link Membership.enter}. */
  async isOutdatedReturn({ key, userId, sessionId, continues }: EnterRequest): Promise<boolean> {
    const room = openRoom(await this.#tools.log.read(key));
    const earlier = room && (await this.#tools.presence.find(key, room.incarnation, userId));
    if (!earlier || earlier.sessionId === sessionId) return false;
    return earlier.sessionId !== continues && earlier.continues !== continues;
  }

  /** A stay has come to the audience. If it is gone again by now it was never there: its end may have been told. */
  async welcome({ key, userId, sessionId }: StayRef, incarnation: string): Promise<void> {
    const entry = await this.#tools.presence.find(key, incarnation, userId);
    if (entry?.sessionId !== sessionId) return;
    const { enteredAt: at, client, continues } = entry;
    this.#tools.onAudienceChange({
      type: 'entered',
      key,
      incarnation,
      userId,
      sessionId,
      at,
      client,
      continues,
    });
  }

  /** Takes a stay out of the index without a word to the room: it goes on as a member, or ends by its own wish, for `reason`. */
  async takeOut(stay: StayRef, incarnation: string, reason?: LeaveReason): Promise<PresenceEntry | null> {
    const { presence, clock, onAudienceChange } = this.#tools;
    const { key, userId, sessionId } = stay;
    const { removed, left } = await presence.remove(key, incarnation, stay);
    if (removed && reason)
      onAudienceChange({ type: 'left', key, incarnation, userId, sessionId, at: clock.now(), reason });
    if (removed && left === 0) await this.settle(stay.key, incarnation, 'none');
    return removed;
  }

  /** Ends stays in the log: members by name, those taken out of the index by their entries. */
  evict(
    key: RoomKey,
    what: {
      readonly userIds: readonly string[];
      readonly reason: LeaveReason;
      readonly audience: readonly PresenceEntry[];
      readonly message?: string;
    },
  ): Promise<CommitResult> {
    const audience = what.audience.map(({ userId, sessionId }) => ({ userId, sessionId }));
    return this.commit(key, { type: 'evict', at: this.#tools.clock.now(), ...what, audience });
  }

  /** Blocks a member by name, or the audience stay that is named. */
  block(
    key: RoomKey,
    what: { readonly userId: string; readonly blocked: Blocked; readonly audience: string | null },
  ): Promise<CommitResult> {
    return this.commit(key, { type: 'block', at: this.#tools.clock.now(), ...what });
  }

  /** @returns the session of the user's stay in the index, or null. */
  async find(key: RoomKey, userId: string): Promise<string | null> {
    const room = openRoom(await this.#tools.log.read(key));
    const entry = room && (await this.#tools.presence.find(key, room.incarnation, userId));
    return entry?.sessionId ?? null;
  }

  /** Takes users out of the index, whatever their stays. @returns their entries, and how many others are left. */
  async removeAll(
    key: RoomKey,
    incarnation: string,
    userIds: readonly string[],
  ): Promise<{ removed: readonly PresenceEntry[]; left: number }> {
    const { presence } = this.#tools;
    const taken: PresenceEntry[] = [];
    let others = 0;
    for (const userId of new Set(userIds)) {
      const entry = await presence.find(key, incarnation, userId);
      if (!entry) continue;
      const { removed, left } = await presence.remove(key, incarnation, entry);
      if (removed) taken.push(removed);
      others = left;
    }
    return { removed: taken, left: others };
  }

  /** Whether the log has told of the stay's end since that version. If that cannot be known any more, it counts as ended. */
  async wasEnded({ key, sessionId }: StayRef, since: number): Promise<boolean> {
    const entries: LogEntry[] = [];
    const follower = await this.#tools.log.follow(key, since, (entry) => entries.push(entry));
    follower.close();
    const isUnknown = follower.snapshot !== null || entries.length === 0;
    return (
      isUnknown ||
      entries.some(({ events }) => events.some((e) => e.type === 'left' && e.sessionId === sessionId))
    );
  }

  /** A stay in the index is ended by somebody else. Does nothing if it is not there any more. */
  async end(
    stay: StayRef,
    incarnation: string,
    how: { reason: LeaveReason | ((entry: PresenceEntry) => LeaveReason); dueBy?: number },
  ): Promise<void> {
    const { key } = stay;
    const only = how.dueBy === undefined ? undefined : { dueBy: how.dueBy };
    const { removed, left } = await this.#tools.presence.remove(key, incarnation, stay, only);
    if (!removed) return;
    const reason = typeof how.reason === 'function' ? how.reason(removed) : how.reason;
    await this.evict(key, { userIds: [], reason, audience: [removed] });
    if (left === 0) await this.settle(key, incarnation, 'none');
  }
}

/** A stay that comes to the audience on this node now. */
export function presenceEntry(
  { nodeId, clock }: { readonly nodeId: string; readonly clock: Clock },
  stay: StayRef & { readonly client: ClientFacts; readonly continues?: string },
): PresenceEntry {
  const { userId, sessionId, client, continues = null } = stay;
  return { userId, sessionId, nodeId, enteredAt: clock.now(), client, continues, link: { state: 'up' } };
}

/** Presence entries do not outlive their incarnation, whoever committed its end. */
export async function dropIfDissolved(
  presence: Pick<PresenceIndex, 'drop'>,
  result: CommitResult,
): Promise<readonly PresenceEntry[]> {
  if (!result.ok || !result.entry) return [];
  const { key, events } = result.entry;
  const end = events.find((event) => event.type === 'dissolved');
  return end ? presence.drop(key, end.incarnation) : [];
}

export function openRoom(state: RoomState): OpenRoom | null {
  return state.status === 'open' ? state : null;
}

export function isMember(room: OpenRoom, stay: { userId: string; sessionId: string }): boolean {
  return room.members.get(stay.userId)?.sessionId === stay.sessionId;
}

export function endedSessions(result: CommitResult): string[] {
  if (!result.ok || !result.entry) return [];
  return result.entry.events.flatMap((event) => (event.type === 'left' ? event.sessionId : []));
}

/** Who continues its own stay lost that one; nobody else took it. */
export function replacedFor({ continues }: EnterRequest, earlier: PresenceEntry): LeaveReason {
  return continues === earlier.sessionId ? 'timedOut' : 'replaced';
}
