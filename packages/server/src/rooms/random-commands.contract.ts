import { LEAVE_REASONS, TRTCAppScene, type Blocked, type Role, type Source } from '@rotunda/protocol';
import * as fc from 'fast-check';
import { ABSENT, commitEvents } from './apply.ts';
import { decide } from './decide.ts';
import type { GuestFacts } from './guest-model.ts';
import { MAX_GUESTS } from './limits.ts';
import type { Command, LogEntry, RoomState } from './model.ts';
import { BROWSER } from './room.contract.ts';

const key = { sdkAppId: 1, kind: 'number', id: '1' } as const;
const USERS = ['ann', 'bob', 'cy'];

/** A step names users and earlier stays by number, so that late commands of old stays come up often. */
interface Step {
  readonly what:
    | 'enter'
    | 'return'
    | 'leave'
    | 'evict'
    | 'dismiss'
    | 'toAnchor'
    | 'toAudience'
    | 'publish'
    | 'unpublish'
    | 'mute'
    | 'block'
    | 'lost'
    | 'resumed'
    | 'audiencePresent'
    | 'audienceNone'
    | 'link'
    | 'unlink'
    | 'disconnect'
    | 'guestStreams'
    | 'tick';
  readonly user: number;
  readonly back: number;
  readonly scene: TRTCAppScene;
  readonly role: Role;
  readonly source: Source;
  readonly after: number;
  /** Which guest, and of which version of its room. */
  readonly guest: number;
  readonly version: number;
  readonly blocked: Blocked;
}

const whats: readonly Step['what'][] = [
  'enter',
  'enter',
  'enter',
  'return',
  'leave',
  'evict',
  'dismiss',
  'toAnchor',
  'toAudience',
  'publish',
  'publish',
  'publish',
  'unpublish',
  'mute',
  'block',
  'block',
  'block',
  'lost',
  'resumed',
  'audiencePresent',
  'audienceNone',
  'link',
  'link',
  'link',
  'unlink',
  'disconnect',
  'guestStreams',
  'guestStreams',
  'tick',
];

const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom(...whats),
  user: fc.nat(USERS.length - 1),
  back: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(3) }),
  scene: fc.constantFrom(...Object.values(TRTCAppScene)),
  role: fc.constantFrom('anchor', 'audience'),
  source: fc.constantFrom('audio', 'video', 'sub'),
  // Clocks of different nodes disagree: sometimes a command is older than the room.
  after: fc.integer({ min: -5, max: 12 }),
  guest: fc.nat(MAX_GUESTS + 1),
  version: fc.nat(9),
  blocked: fc.record({ audio: fc.boolean(), video: fc.boolean() }),
});

/** Stays of other rooms. Two are of users who may be here as well, and some of the same user. */
function guestOf({ guest, version, source, role }: Step): GuestFacts {
  const userId = ['ann', 'bob', 'gus', 'gus'][guest] ?? `guest-${guest}`;
  const home = { key: { ...key, id: `${2 + (guest % 2)}` }, incarnation: 'there' };
  const stream = { source, streamId: `g${guest}-${source}-${version % 3}`, muted: role === 'audience' };
  return { userId, sessionId: `guest-${guest}`, home, streams: version % 4 === 0 ? [] : [stream], version };
}

/** Turns steps into commands and commits them, as a log would. */
export class RandomLog {
  state: RoomState = ABSENT;
  readonly entries: LogEntry[] = [];
  readonly #sessions = new Map<string, string[]>();
  readonly #over = new Set<string>();
  #at = 100;
  #ids = 0;

  run(step: Step): LogEntry | null {
    this.#at += step.after;
    const decision = decide(this.state, this.#command(step));
    const entry = decision.ok ? commitEvents(key, this.state, decision.events) : null;
    if (!entry) return null;
    this.entries.push(entry);
    this.state = entry.state;
    for (const event of entry.events)
      if (event.type === 'left' && LEAVE_REASONS[event.reason].terminal) this.#over.add(event.sessionId);
    return entry;
  }

  #command(step: Step): Command {
    const at = this.#at;
    const userId = USERS[step.user] ?? '';
    const own = this.#sessions.get(userId) ?? [];
    const sessionId = own.at(-1 - step.back) ?? `none-of-${userId}`;
    const stay = { at, userId, sessionId };
    const incarnation = this.state.status === 'open' && step.back === 0 ? this.state.incarnation : 'another';
    switch (step.what) {
      case 'enter':
      case 'return': {
        const fresh = `s${this.#ids++}`;
        this.#sessions.set(userId, [...own, fresh]);
        const { scene, role } = step;
        const more = step.what === 'return' && own.length > 0 ? { continues: sessionId } : {};
        const entering = {
          ...stay,
          sessionId: fresh,
          nodeId: 'n1',
          scene,
          role,
          client: BROWSER,
          incarnation: `i-${fresh}`,
        };
        return { type: 'enter', ...entering, ...more };
      }
      case 'leave':
        return { type: 'leave', ...stay, reason: 'exited' };
      case 'evict':
        return { type: 'evict', at, reason: 'removed', userIds: [userId], audience: [] };
      case 'dismiss':
        return { type: 'dismiss', at };
      case 'toAnchor':
        return { type: 'switchRole', ...stay, nodeId: 'n1', role: 'anchor', client: BROWSER, incarnation };
      case 'toAudience':
        return { type: 'switchRole', ...stay, nodeId: 'n1', role: 'audience', client: BROWSER, incarnation };
      case 'publish':
        return {
          type: 'publish',
          ...stay,
          stream: { source: step.source, streamId: `p${this.#ids++}`, muted: false },
        };
      case 'unpublish': {
        const member = this.state.status === 'open' ? this.state.members.get(userId) : undefined;
        return { type: 'unpublish', ...stay, streamId: member?.streams.get(step.source)?.streamId ?? 'none' };
      }
      case 'mute':
        return { type: 'mute', ...stay, source: step.source, muted: step.role === 'anchor' };
      case 'block': {
        // The index has nobody whom the log saw leave for good.
        const audience = step.back === 0 && !this.#over.has(sessionId) ? sessionId : null;
        return { type: 'block', at, userId, audience, blocked: step.blocked };
      }
      case 'lost':
        return { type: 'lost', ...stay, giveUpAt: at + 10, ifGivenUp: 'timedOut' };
      case 'resumed':
        return { type: 'resumed', ...stay, nodeId: 'n2' };
      case 'link': {
        const host = step.back === 0 ? { userId } : { userId, sessionId };
        return { type: 'link', at, guest: guestOf(step), host, wantedBy: 'guest' };
      }
      case 'unlink':
        return { type: 'unlink', at, guest: guestOf(step), host: { userId, sessionId }, upTo: step.version };
      case 'disconnect':
        return { type: 'disconnect', ...stay };
      case 'guestStreams': {
        const { streams, version, ...guest } = guestOf(step);
        return { type: 'guestStreams', at, guest, streams, version };
      }
      case 'tick':
        return { type: 'tick', at };
      default: {
        const audience = step.what === 'audienceNone' ? 'none' : 'present';
        return { type: 'audience', at, incarnation, audience, dissolveAt: at + 20 };
      }
    }
  }
}

function play(steps: readonly Step[]): RandomLog {
  const log = new RandomLog();
  for (const step of steps) log.run(step);
  return log;
}

/** Checks that it holds after many random sequences of commands. */
export function holds(check: (log: RandomLog) => void): void {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => check(play(steps))),
    { numRuns: 400 },
  );
}
