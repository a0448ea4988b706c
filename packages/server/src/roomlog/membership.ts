import type { Clock } from '@rotunda/base';
import { type LeaveReason, type RoomKey, type Timers } from '@rotunda/protocol';
import type { Command, OpenRoom, RoomState } from '../rooms/model.ts';
import type { EnterOutcome, EnterRequest, EvictOutcome, Membership, StayRef } from './membership-port.ts';
import type { CommitResult, PresenceIndex, RoomLog } from './port.ts';

export interface MembershipTools {
  readonly log: RoomLog;
  readonly presence: PresenceIndex;
  readonly clock: Clock;
  readonly nodeId: string;
  readonly timers: Pick<Timers, 'emptyLiveRoom'>;
  readonly newId: () => string;
}

/** A room that is dismissed under every try to enter it: give up rather than spin. */
const MAX_ENTER_TRIES = 5;

export function createMembership(tools: MembershipTools): Membership {
  return new LogMembership(tools);
}

class LogMembership implements Membership {
  readonly #tools: MembershipTools;

  constructor(tools: MembershipTools) {
    this.#tools = tools;
  }

  async enter(request: EnterRequest): Promise<EnterOutcome> {
    for (let attempt = 0; attempt < MAX_ENTER_TRIES; attempt++) {
      const result = await this.#commitEnter(request);
      if (!result.ok) return result;
      const room = openRoom(result.state);
      if (!room) continue;
      const settled = request.role === 'audience' ? await this.#joinAudience(request, room) : room;
      if (!settled) continue;
      if (request.role === 'anchor') await this.#evictAudience(request, settled, 'replaced');
      return { ok: true, room: settled, incarnation: settled.incarnation };
    }
    return { ok: false, refusal: { error: 'ERR_ROOM_ENTER_FAIL' } };
  }

  async leave(stay: StayRef & { reason: LeaveReason }): Promise<void> {
    const { key, userId, sessionId, reason } = stay;
    const result = await this.#commit(key, { type: 'leave', at: this.#now(), userId, sessionId, reason });
    const room = result.ok ? openRoom(result.state) : null;
    if (room) await this.#leaveAudience(stay, room.incarnation);
  }

  async switchRole(stay: StayRef & Pick<EnterRequest, 'role'>): Promise<EnterOutcome> {
    const { key, userId, sessionId, role } = stay;
    const { nodeId, presence, log } = this.#tools;
    const room = openRoom(await log.read(key));
    if (!room) return { ok: false, refusal: { error: 'ERR_ROOM_NOT_EXIST' } };
    const { incarnation } = room;
    if (role === 'audience') await presence.add(key, incarnation, this.#presenceEntry(stay));
    const command: Command = {
      type: 'switchRole',
      at: this.#now(),
      userId,
      sessionId,
      nodeId,
      role,
      incarnation,
    };
    const result = await this.#commit(key, command);
    const after = result.ok ? openRoom(result.state) : null;
    if (!result.ok || after?.incarnation !== incarnation) {
      await presence.remove(key, incarnation, stay);
      return { ok: false, refusal: result.ok ? { error: 'ERR_ROOM_NOT_EXIST' } : result.refusal };
    }
    if (role === 'anchor') await this.#leaveAudience(stay, incarnation);
    else await this.#audiencePresent(key, incarnation);
    return { ok: true, room: after, incarnation };
  }

  async publish(stay: Parameters<Membership['publish']>[0]): ReturnType<Membership['publish']> {
    const { key, userId, sessionId, stream } = stay;
    const result = await this.#commit(key, { type: 'publish', at: this.#now(), userId, sessionId, stream });
    return result.ok ? { ok: true } : result;
  }

  async unpublish({
    key,
    userId,
    sessionId,
    streamId,
  }: Parameters<Membership['unpublish']>[0]): Promise<void> {
    await this.#commit(key, { type: 'unpublish', at: this.#now(), userId, sessionId, streamId });
  }

  async mute({ key, userId, sessionId, source, muted }: Parameters<Membership['mute']>[0]): Promise<void> {
    await this.#commit(key, { type: 'mute', at: this.#now(), userId, sessionId, source, muted });
  }

  async lost(stay: Parameters<Membership['lost']>[0]): Promise<void> {
    const { key, userId, sessionId, giveUpAt, ifGivenUp } = stay;
    const at = this.#now();
    const result = await this.#commit(key, { type: 'lost', at, userId, sessionId, giveUpAt, ifGivenUp });
    const room = result.ok ? openRoom(result.state) : null;
    if (room) await this.#tools.presence.setGiveUpAt(key, room.incarnation, stay, giveUpAt);
  }

  async resumed(stay: StayRef): Promise<OpenRoom | null> {
    const { key, userId, sessionId } = stay;
    const { nodeId, presence } = this.#tools;
    const result = await this.#commit(key, { type: 'resumed', at: this.#now(), userId, sessionId, nodeId });
    const room = result.ok ? openRoom(result.state) : null;
    if (!room || room.members.get(userId)?.sessionId === sessionId) return room;
    const entry = await presence.find(key, room.incarnation, userId);
    if (entry?.sessionId !== sessionId) return null;
    await presence.setGiveUpAt(key, room.incarnation, stay, null);
    return room;
  }

  /** Log, index, log: whoever switches role meanwhile is caught on one of the three. */
  async removeUsers(
    key: RoomKey,
    userIds: readonly string[],
    reason: 'removed' | 'permissionLost',
  ): Promise<EvictOutcome> {
    const first = await this.#evict(key, { userIds, reason, audience: [] });
    if (!first.ok) return first;
    const room = openRoom(await this.#tools.log.read(key));
    if (!room) return first;
    const audience: { userId: string; sessionId: string }[] = [];
    for (const userId of new Set(userIds)) {
      const entry = await this.#tools.presence.find(key, room.incarnation, userId);
      if (entry) audience.push(entry);
    }
    const second = await this.#evict(key, { userIds, reason, audience });
    for (const stay of audience) await this.#leaveAudience({ key, ...stay }, room.incarnation);
    return { ok: true, sessionIds: [...first.sessionIds, ...(second.ok ? second.sessionIds : [])] };
  }

  async dismiss(key: RoomKey): Promise<EvictOutcome> {
    const { log, presence } = this.#tools;
    const room = openRoom(await log.read(key));
    const result = await this.#commit(key, { type: 'dismiss', at: this.#now() });
    if (!result.ok || !room) return { ok: false, refusal: 'roomNotExist' };
    const incarnation = result.entry?.incarnation ?? room.incarnation;
    const audience = await presence.list(key, incarnation);
    await presence.drop(key, incarnation);
    return {
      ok: true,
      sessionIds: [...endedSessions(result), ...audience.map(({ sessionId }) => sessionId)],
    };
  }

  async giveUpAudience({
    key,
    userId,
    sessionId,
    incarnation,
  }: StayRef & { incarnation: string }): Promise<void> {
    await this.#evict(key, { userIds: [], reason: 'timedOut', audience: [{ userId, sessionId }] });
    await this.#leaveAudience({ key, userId, sessionId }, incarnation);
  }

  #commitEnter(request: EnterRequest): Promise<CommitResult> {
    const { key, userId, sessionId, scene, role, continues } = request;
    const { nodeId, newId } = this.#tools;
    const stay = { userId, sessionId, nodeId, scene, role, incarnation: newId() };
    return this.#commit(key, {
      type: 'enter',
      at: this.#now(),
      ...stay,
      ...(continues ? { continues } : {}),
    });
  }

  /** Writes the entry, then reads the room again: if it is gone, the entry is undone. @returns null to try again. */
  async #joinAudience(request: EnterRequest, room: OpenRoom): Promise<OpenRoom | null> {
    const { presence } = this.#tools;
    const { key } = request;
    const { incarnation } = room;
    const earlier = await presence.add(key, incarnation, this.#presenceEntry(request));
    const still = await this.#audiencePresent(key, incarnation);
    if (!still) {
      await presence.remove(key, incarnation, request);
      return null;
    }
    if (earlier) await this.#evict(key, { userIds: [], reason: 'replaced', audience: [earlier] });
    return still;
  }

  async #audiencePresent(key: RoomKey, incarnation: string): Promise<OpenRoom | null> {
    const result = await this.#commit(key, this.#audience(incarnation, 'present'));
    const room = result.ok ? openRoom(result.state) : null;
    return room?.incarnation === incarnation ? room : null;
  }

  /** Takes a stay out of the index. The last one to go says so; somebody who came meanwhile says so again. */
  async #leaveAudience(stay: StayRef, incarnation: string): Promise<void> {
    const { presence } = this.#tools;
    const { removed, left } = await presence.remove(stay.key, incarnation, stay);
    if (!removed || left > 0) return;
    await this.#commit(stay.key, this.#audience(incarnation, 'none'));
    if ((await presence.count(stay.key, incarnation)) > 0) await this.#audiencePresent(stay.key, incarnation);
  }

  /** An earlier stay of the same user in the audience ends. */
  async #evictAudience(stay: StayRef, room: OpenRoom, reason: LeaveReason): Promise<void> {
    const { key, userId, sessionId } = stay;
    const entry = await this.#tools.presence.find(key, room.incarnation, userId);
    if (!entry || entry.sessionId === sessionId) return;
    await this.#evict(key, { userIds: [], reason, audience: [entry] });
    await this.#leaveAudience({ key, userId, sessionId: entry.sessionId }, room.incarnation);
  }

  async #evict(
    key: RoomKey,
    what: {
      userIds: readonly string[];
      reason: LeaveReason;
      audience: readonly { userId: string; sessionId: string }[];
    },
  ): Promise<EvictOutcome> {
    const result = await this.#commit(key, { type: 'evict', at: this.#now(), ...what });
    return result.ok
      ? { ok: true, sessionIds: endedSessions(result) }
      : { ok: false, refusal: 'roomNotExist' };
  }

  #audience(incarnation: string, audience: 'present' | 'none'): Command {
    const at = this.#now();
    return { type: 'audience', at, incarnation, audience, dissolveAt: at + this.#tools.timers.emptyLiveRoom };
  }

  #presenceEntry({ userId, sessionId }: StayRef): Parameters<PresenceIndex['add']>[2] {
    return { userId, sessionId, nodeId: this.#tools.nodeId, enteredAt: this.#now(), giveUpAt: null };
  }

  #commit(key: RoomKey, command: Command): Promise<CommitResult> {
    return this.#tools.log.commit(key, command);
  }

  #now(): number {
    return this.#tools.clock.now();
  }
}

function openRoom(state: RoomState): OpenRoom | null {
  return state.status === 'open' ? state : null;
}

function endedSessions(result: CommitResult): string[] {
  if (!result.ok || !result.entry) return [];
  return result.entry.events.flatMap((event) => (event.type === 'left' ? event.sessionId : []));
}
