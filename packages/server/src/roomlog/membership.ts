import { sceneKind, type Blocked, type LeaveReason, type RoomKey } from '@rotunda/protocol';
import { decide } from '../rooms/decide.ts';
import type { Command, OpenRoom, Refusal } from '../rooms/model.ts';
import {
  Audience,
  dropIfDissolved,
  endedSessions,
  isMember,
  openRoom,
  presenceEntry,
  replacedFor,
  type AudienceTools,
} from './audience.ts';
import { blockUser } from './blocking.ts';
import { enterFailed, entered, replacedByOther } from './enter-outcomes.ts';
import type {
  BlockOutcome,
  EnterOutcome,
  EnterRequest,
  EvictOutcome,
  Membership,
  StayRef,
} from './membership-port.ts';
import type { CommitResult, PresenceEntry, PresenceIndex } from './port.ts';
import { removeUsers } from './removal.ts';
import { RoleChanges } from './role-changes.ts';

export interface MembershipTools extends AudienceTools {
  readonly nodeId: string;
  readonly newId: () => string;
  /** Told of each deadline that is set here, in milliseconds since the epoch. */
  readonly onDeadline: (at: number) => void;
}

/** A room that is dismissed under every try to enter it: give up rather than spin. */
const MAX_ENTER_TRIES = 5;

export function createMembership(tools: MembershipTools): Membership {
  return new LogMembership(tools);
}

/**
 * The presence index is not atomic with the log. Three habits keep them together: who adds to the index looks at the
 * room afterwards, and takes the entry out again if that is gone; who takes an entry out ends that stay; and whatever must
 * not miss a stay that changes its role at the same time goes log, index, log.
 */
class LogMembership implements Membership {
  readonly #tools: MembershipTools;
  readonly #audience: Audience;
  readonly #roles: RoleChanges;

  constructor(tools: MembershipTools) {
    this.#tools = tools;
    this.#audience = new Audience(tools);
    this.#roles = new RoleChanges(tools, this.#audience);
  }

  async enter(request: EnterRequest): Promise<EnterOutcome> {
    if (request.continues && (await this.#audience.isOutdatedReturn(request))) return replacedByOther;
    for (let attempt = 0; attempt < MAX_ENTER_TRIES; attempt++) {
      const result = await this.#commitEnter(request);
      if (!result.ok) return result;
      const room = openRoom(result.state);
      if (!room) continue;
      const ended = endedSessions(result);
      const outcome = isMember(room, request)
        ? await this.#joinMembers(request, room, ended)
        : await this.#joinAudience(request, room, ended);
      if (outcome) return outcome;
    }
    return enterFailed;
  }

  async refusalOf(request: EnterRequest): Promise<Refusal | null> {
    const decision = decide(await this.#tools.log.read(request.key), this.#enterCommand(request));
    return decision.ok ? null : decision.refusal;
  }

  async leave(stay: StayRef & { reason: LeaveReason }): Promise<boolean> {
    const { key, userId, sessionId, reason } = stay;
    const command: Command = { type: 'leave', at: this.#now(), userId, sessionId, reason };
    for (let attempt = 0; attempt < 2; attempt++) {
      const result = await this.#commit(key, command);
      const room = result.ok ? openRoom(result.state) : null;
      const ended = result.ok && result.entry !== null;
      if (!room) return ended;
      const removed = await this.#audience.takeOut(stay, room.incarnation, reason);
      if (removed || ended) return true;
    }
    return false;
  }

  switchRole(stay: StayRef & Pick<EnterRequest, 'role'>): Promise<EnterOutcome> {
    return this.#roles.change(stay);
  }

  async publish(stay: Parameters<Membership['publish']>[0]): ReturnType<Membership['publish']> {
    const { key, userId, sessionId, stream } = stay;
    const result = await this.#commit(key, { type: 'publish', at: this.#now(), userId, sessionId, stream });
    return result.ok ? { ok: true } : result;
  }

  async unpublish(stay: Parameters<Membership['unpublish']>[0]): Promise<void> {
    const { key, userId, sessionId, streamId } = stay;
    await this.#commit(key, { type: 'unpublish', at: this.#now(), userId, sessionId, streamId });
  }

  async mute({ key, userId, sessionId, source, muted }: Parameters<Membership['mute']>[0]): Promise<void> {
    await this.#commit(key, { type: 'mute', at: this.#now(), userId, sessionId, source, muted });
  }

  async lost(stay: Parameters<Membership['lost']>[0]): Promise<void> {
    const { userId, sessionId, giveUpAt, ifGivenUp } = stay;
    const at = this.#now();
    await this.#changeLink(
      stay,
      { type: 'lost', at, userId, sessionId, giveUpAt, ifGivenUp },
      { link: { state: 'lost', giveUpAt, ifGivenUp } },
    );
    this.#tools.onDeadline(giveUpAt);
  }

  async resumed(stay: StayRef): Promise<OpenRoom | null> {
    const { userId, sessionId } = stay;
    const { nodeId } = this.#tools;
    const command: Command = { type: 'resumed', at: this.#now(), userId, sessionId, nodeId };
    return this.#changeLink(stay, command, { link: { state: 'up' }, nodeId });
  }

  removeUsers(
    key: RoomKey,
    userIds: readonly string[],
    reason: 'removed' | 'permissionLost',
    message?: string,
  ): Promise<EvictOutcome> {
    return removeUsers(this.#audience, key, { userIds, reason, ...(message ? { message } : {}) });
  }

  async dismiss(key: RoomKey): Promise<EvictOutcome> {
    const { log, presence } = this.#tools;
    const result = await log.commit(key, { type: 'dismiss', at: this.#now() });
    if (!result.ok) return { ok: false, refusal: 'roomNotExist' };
    const audience = await dropIfDissolved(presence, result);
    const sessionIds = [...endedSessions(result), ...audience.map(({ sessionId }) => sessionId)];
    return { ok: true, sessionIds: [...new Set(sessionIds)] };
  }

  block(key: RoomKey, userId: string, blocked: Blocked): Promise<BlockOutcome> {
    return blockUser(this.#audience, key, { userId, blocked });
  }

  async giveUpAudience(stay: StayRef & { incarnation: string }): Promise<void> {
    const reason = ({ link }: PresenceEntry): LeaveReason =>
      link.state === 'lost' ? link.ifGivenUp : 'timedOut';
    await this.#audience.end(stay, stay.incarnation, { reason, dueBy: this.#now() });
  }

  /** @returns null to try again. */
  async #joinAudience(
    request: EnterRequest,
    room: OpenRoom,
    ended: readonly string[],
  ): Promise<EnterOutcome | null> {
    const { presence } = this.#tools;
    const { key } = request;
    const { incarnation } = room;
    const earlier = await presence.add(key, incarnation, presenceEntry(this.#tools, request));
    if (earlier && !ended.includes(earlier.sessionId)) {
      await this.#audience.evict(key, {
        userIds: [],
        reason: replacedFor(request, earlier),
        audience: [earlier],
      });
    }
    const still = await this.#audience.settle(key, incarnation, 'present');
    if (!still) {
      const { removed } = await presence.remove(key, incarnation, request);
      // Gone with its incarnation, or taken out by somebody who ended the stay: that one must not come back.
      const isOver = !removed && (await this.#audience.wasEnded(request, room.version));
      return isOver ? enterFailed : null;
    }
    if (!still.members.has(request.userId)) {
      await this.#audience.welcome(request, incarnation);
      return entered(still);
    }
    // Another stay of the same user became a member after this one was committed. Who still has its entry goes on.
    return (await this.#audience.takeOut(request, incarnation)) ? null : replacedByOther;
  }

  /** An earlier stay of the same user in the audience ends. */
  async #joinMembers(request: EnterRequest, room: OpenRoom, ended: readonly string[]): Promise<EnterOutcome> {
    const { log, presence } = this.#tools;
    const { key, userId } = request;
    const { incarnation } = room;
    if (sceneKind(room.scene) === 'call') return entered(room);
    const earlier = await presence.find(key, incarnation, userId);
    if (!earlier) return entered(room);
    const stay = { key, userId, sessionId: earlier.sessionId };
    const now = openRoom(await log.read(key));
    // What was found may be a later stay, which has replaced this one.
    if (now?.incarnation !== incarnation || !isMember(now, request)) return entered(room);
    if (earlier.sessionId === request.sessionId || ended.includes(earlier.sessionId)) {
      await this.#audience.takeOut(stay, incarnation);
    } else {
      await this.#audience.end(stay, incarnation, { reason: replacedFor(request, earlier) });
    }
    return entered(room);
  }

  /** @returns the room if the stay goes on in it. */
  async #changeLink(
    stay: StayRef,
    command: Command,
    change: Parameters<PresenceIndex['update']>[3],
  ): Promise<OpenRoom | null> {
    const { key } = stay;
    for (let attempt = 0; attempt < 2; attempt++) {
      const result = await this.#commit(key, command);
      const room = result.ok ? openRoom(result.state) : null;
      if (!room) return null;
      const updated = await this.#tools.presence.update(key, room.incarnation, stay, change);
      if (updated || isMember(room, stay)) return room;
    }
    return null;
  }

  #commitEnter(request: EnterRequest): Promise<CommitResult> {
    return this.#commit(request.key, this.#enterCommand(request));
  }

  #enterCommand(request: EnterRequest): Command {
    const { userId, sessionId, scene, role, client, continues, keptBlock, joinOnly = false } = request;
    const { nodeId, newId } = this.#tools;
    const stay = { userId, sessionId, nodeId, scene, role, client, joinOnly, incarnation: newId() };
    const before = { ...(continues ? { continues } : {}), ...(keptBlock ? { keptBlock } : {}) };
    return { type: 'enter', at: this.#now(), ...stay, ...before };
  }

  #commit(key: RoomKey, command: Command): Promise<CommitResult> {
    return this.#audience.commit(key, command);
  }

  #now(): number {
    return this.#tools.clock.now();
  }
}
