import { sceneKind } from '@rotunda/protocol';
import type { Command, OpenRoom } from '../rooms/model.ts';
import { isMember, openRoom, presenceEntry, type Audience, type AudienceTools } from './audience.ts';
import { entered, replacedByOther, stayIsOver } from './enter-outcomes.ts';
import type { EnterOutcome, EnterRequest, StayRef } from './membership-port.ts';
import type { CommitResult } from './port.ts';

/** Takes stays of live rooms from the presence index to the log, and back. */
export class RoleChanges {
  readonly #tools: AudienceTools & { readonly nodeId: string };
  readonly #audience: Audience;

  constructor(tools: AudienceTools & { readonly nodeId: string }, audience: Audience) {
    this.#tools = tools;
    this.#audience = audience;
  }

  async change(stay: StayRef & Pick<EnterRequest, 'role'>): Promise<EnterOutcome> {
    const room = openRoom(await this.#tools.log.read(stay.key));
    if (!room) return stayIsOver;
    if (sceneKind(room.scene) === 'call') return entered(room);
    return stay.role === 'anchor' ? this.#toAnchor(stay, room) : this.#toAudience(stay, room);
  }

  /** Log first, then the index. If somebody took the stay out of the index meanwhile, it is over: undone. */
  async #toAnchor(stay: StayRef, room: OpenRoom): Promise<EnterOutcome> {
    const { presence } = this.#tools;
    const { key, userId, sessionId } = stay;
    const { incarnation } = room;
    const found = isMember(room, stay) ? null : await presence.find(key, incarnation, userId);
    if (!isMember(room, stay) && found?.sessionId !== sessionId) return stayIsOver;
    const client = found?.client ?? room.members.get(userId)?.client;
    if (!client) return stayIsOver;
    const result = await this.#commitRole(stay, { role: 'anchor', client, incarnation });
    if (!result.ok) return result;
    const removed = await this.#audience.takeOut(stay, incarnation);
    const at = this.#now();
    if (result.entry && !removed) {
      await this.#audience.commit(key, { type: 'leave', at, userId, sessionId, reason: 'roleChanged' });
      return stayIsOver;
    }
    if (removed?.link.state === 'lost') {
      const { giveUpAt, ifGivenUp } = removed.link;
      await this.#audience.commit(key, { type: 'lost', at, userId, sessionId, giveUpAt, ifGivenUp });
    }
    const after = openRoom(result.state);
    return after?.incarnation === incarnation && isMember(after, stay) ? entered(after) : stayIsOver;
  }

  /** Index first, then the log. If the stay was no member any more, it is over: undone. */
  async #toAudience(stay: StayRef, { incarnation, members }: OpenRoom): Promise<EnterOutcome> {
    const { log, presence } = this.#tools;
    const { key, userId, sessionId } = stay;
    const there = await presence.find(key, incarnation, userId);
    const isRepeat = there?.sessionId === sessionId;
    const client = (isRepeat ? there : members.get(userId))?.client;
    if (!client) return stayIsOver;
    const entry = presenceEntry(this.#tools, { ...stay, client });
    if (!isRepeat && !(await presence.addUnlessTaken(key, incarnation, entry))) return replacedByOther;
    // Read after the entry was written: a link lost before is seen here, one lost later is written to the entry.
    const member = openRoom(await log.read(key))?.members.get(userId);
    if (member?.sessionId === sessionId && member.link.state === 'lost') {
      await presence.update(key, incarnation, stay, { link: member.link });
    }
    const result = await this.#commitRole(stay, { role: 'audience', client, incarnation });
    if (!result.ok || (!result.entry && !isRepeat)) {
      await this.#audience.takeOut(stay, incarnation);
      return result.ok ? stayIsOver : result;
    }
    const after = await this.#audience.settle(key, incarnation, 'present');
    if (!after) await presence.remove(key, incarnation, stay);
    const still = await presence.find(key, incarnation, userId);
    return after && still?.sessionId === sessionId ? entered(after) : stayIsOver;
  }

  #commitRole(
    { key, userId, sessionId }: StayRef,
    change: Pick<Extract<Command, { type: 'switchRole' }>, 'role' | 'client' | 'incarnation'>,
  ): Promise<CommitResult> {
    const { nodeId } = this.#tools;
    return this.#audience.commit(key, {
      type: 'switchRole',
      at: this.#now(),
      userId,
      sessionId,
      nodeId,
      ...change,
    });
  }

  #now(): number {
    return this.#tools.clock.now();
  }
}
