import { TRTCAppScene, type Blocked, type Role, type Source } from '@rotunda/protocol';
import { ABSENT, commitEvents } from './apply.ts';
import { decide } from './decide.ts';
import type { ClientFacts, Command, OpenRoom, RoomEvent, RoomState } from './model.ts';

export const key = { sdkAppId: 1, kind: 'number', id: '7' } as const;
export const CALL = TRTCAppScene.TRTCAppSceneVideoCall;
export const LIVE = TRTCAppScene.TRTCAppSceneLIVE;

/** A browser on this machine. */
export const BROWSER: ClientFacts = {
  terminal: 100,
  userType: 1,
  sdkVersion: '0.1.0',
  device: 'Mozilla/5.0',
  address: '127.0.0.1',
};

/** A room that commands are committed to, one after the other. */
export class Room {
  state: RoomState = ABSENT;
  at = 1_000;

  do(command: Command): readonly RoomEvent[] {
    const decision = decide(this.state, command);
    if (!decision.ok) throw new Error(decision.refusal.error);
    this.state = commitEvents(key, this.state, decision.events)?.state ?? this.state;
    return decision.events;
  }

  get open(): OpenRoom {
    if (this.state.status !== 'open') throw new Error('the room is absent');
    return this.state;
  }

  refusal(command: Command): string | null {
    const decision = decide(this.state, command);
    return decision.ok ? null : decision.refusal.error;
  }

  enter(userId: string, sessionId: string, more: Partial<Extract<Command, { type: 'enter' }>> = {}): Command {
    const where = { nodeId: 'n1', scene: CALL as TRTCAppScene, incarnation: `inc-of-${sessionId}` };
    return {
      type: 'enter',
      at: this.at,
      userId,
      sessionId,
      role: 'anchor' as Role,
      client: BROWSER,
      ...where,
      ...more,
    };
  }

  publish(userId: string, sessionId: string, source: Source, streamId = `${sessionId}-${source}`): Command {
    return { type: 'publish', at: this.at, userId, sessionId, stream: { source, streamId, muted: false } };
  }

  leave(userId: string, sessionId: string): Command {
    return { type: 'leave', at: this.at, userId, sessionId, reason: 'exited' };
  }

  block(userId: string, blocked: Blocked, audience: string | null = null): Command {
    return { type: 'block', at: this.at, userId, audience, blocked };
  }

  switchRole(userId: string, sessionId: string, role: Role): Command {
    const { incarnation } = this.open;
    return {
      type: 'switchRole',
      at: this.at,
      userId,
      sessionId,
      nodeId: 'n1',
      role,
      client: BROWSER,
      incarnation,
    };
  }

  audience(audience: 'present' | 'none', incarnation = this.open.incarnation): Command {
    return { type: 'audience', at: this.at, incarnation, audience, dissolveAt: this.at + 600 };
  }

  lost(userId: string, sessionId: string, giveUpAt: number): Extract<Command, { type: 'lost' }> {
    return { type: 'lost', at: this.at, userId, sessionId, giveUpAt, ifGivenUp: 'timedOut' };
  }
}

export function roomWith(...commands: ((room: Room) => Command)[]): Room {
  const room = new Room();
  for (const command of commands) room.do(command(room));
  return room;
}

export const types = (events: readonly RoomEvent[]): string[] => events.map(({ type }) => type);

export const callOfTwo = (): Room =>
  roomWith(
    (r) => r.enter('ann', 'a1'),
    (r) => r.enter('bob', 'b1'),
  );

/** Each of them is there by a session of its own: `ann1` of `ann`. */
export const liveOf = (...anchors: string[]): Room =>
  roomWith(...anchors.map((userId) => (r: Room) => r.enter(userId, `${userId}1`, { scene: LIVE })));
