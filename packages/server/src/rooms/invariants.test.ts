import { TRTCAppScene, sceneKind, type Role, type Source } from '@rotunda/protocol';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { announce } from './announce.ts';
import { ABSENT, apply, commitEvents } from './apply.ts';
import { decide } from './decide.ts';
import type { GuestFacts } from './guest-model.ts';
import { MAX_CALL_MEMBERS, MAX_GUESTS, MAX_PUBLISHERS } from './limits.ts';
import type { Command, LogEntry, OpenRoom, RoomState } from './model.ts';

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
});

/** Stays of other rooms. Two are of users who may be here as well, and some of the same user. */
function guestOf({ guest, version, source, role }: Step): GuestFacts {
  const userId = ['ann', 'bob', 'gus', 'gus'][guest] ?? `guest-${guest}`;
  const home = { key: { ...key, id: `${2 + (guest % 2)}` }, incarnation: 'there' };
  const stream = { source, streamId: `g${guest}-${source}-${version % 3}`, muted: role === 'audience' };
  return { userId, sessionId: `guest-${guest}`, home, streams: version % 4 === 0 ? [] : [stream], version };
}

/** Turns steps into commands and commits them, as a log would. */
class Log {
  state: RoomState = ABSENT;
  readonly entries: LogEntry[] = [];
  readonly #sessions = new Map<string, string[]>();
  #at = 100;
  #ids = 0;

  run(step: Step): LogEntry | null {
    this.#at += step.after;
    const decision = decide(this.state, this.#command(step));
    const entry = decision.ok ? commitEvents(key, this.state, decision.events) : null;
    if (!entry) return null;
    this.entries.push(entry);
    this.state = entry.state;
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
        const entering = { ...stay, sessionId: fresh, nodeId: 'n1', scene, role, incarnation: `i-${fresh}` };
        return { type: 'enter', ...entering, ...more };
      }
      case 'leave':
        return { type: 'leave', ...stay, reason: 'exited' };
      case 'evict':
        return { type: 'evict', at, reason: 'removed', userIds: [userId], audience: [] };
      case 'dismiss':
        return { type: 'dismiss', at };
      case 'toAnchor':
        return { type: 'switchRole', ...stay, nodeId: 'n1', role: 'anchor', incarnation };
      case 'toAudience':
        return { type: 'switchRole', ...stay, nodeId: 'n1', role: 'audience', incarnation };
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

function play(steps: readonly Step[]): Log {
  const log = new Log();
  for (const step of steps) log.run(step);
  return log;
}

function holds(check: (log: Log) => void): void {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => check(play(steps))),
    { numRuns: 400 },
  );
}

function checkOpen(room: OpenRoom): void {
  const members = [...room.members.values()];
  const streams = members.flatMap((member) => [...member.streams.values()]);
  expect(streams.filter(({ source }) => source === 'sub').length).toBeLessThanOrEqual(1);
  expect(members.filter((member) => member.streams.size > 0).length).toBeLessThanOrEqual(MAX_PUBLISHERS);
  const live = sceneKind(room.scene) === 'live';
  if (!live) expect(members.length).toBeLessThanOrEqual(MAX_CALL_MEMBERS);
  if (!live) expect(members.length, 'a call room is never open with nobody').toBeGreaterThan(0);
  checkGuests(room);
  const occupied = members.length > 0 || room.audience === 'present';
  expect(occupied, 'either somebody is there, or the end is set').toBe(room.dissolveAt === null);
}

function checkGuests({ guests, members }: OpenRoom): void {
  expect(guests.size).toBeLessThanOrEqual(MAX_GUESTS);
  const sessions = new Set([...members.values()].map(({ sessionId }) => sessionId));
  for (const guest of guests.values()) {
    expect(members.has(guest.userId), 'nobody is member and guest').toBe(false);
    expect(guest.hosts.size, 'a guest has somebody to be with').toBeGreaterThan(0);
    for (const host of guest.hosts.keys()) expect(sessions.has(host)).toBe(true);
  }
}

it('ends each stay as often as it was entered, with its streams stopped before', () => {
  holds(({ entries, state }) => {
    const present = new Set<string>();
    const streams = new Map<string, string>();
    for (const event of entries.flatMap((entry) => entry.events)) {
      if (event.type === 'entered' || event.type === 'guestEntered') {
        expect(present.has(event.sessionId)).toBe(false);
        present.add(event.sessionId);
      } else if (event.type === 'left' || event.type === 'guestLeft') {
        expect([...streams.values()]).not.toContain(event.sessionId);
        expect(present.delete(event.sessionId)).toBe(true);
      } else if (event.type === 'streamStarted') {
        expect(present.has(event.sessionId)).toBe(true);
        expect(streams.has(event.stream.streamId)).toBe(false);
        streams.set(event.stream.streamId, event.sessionId);
      } else if (event.type === 'streamStopped') {
        expect(streams.delete(event.stream.streamId)).toBe(true);
      }
    }
    const there = state.status === 'open' ? [...state.members.values(), ...state.guests.values()] : [];
    expect([...present].toSorted()).toEqual(there.map(({ sessionId }) => sessionId).toSorted());
  });
});

it('counts versions up by one and never goes back in time', () => {
  holds(({ entries }) => {
    let time = 0;
    for (const [index, entry] of entries.entries()) {
      expect(entry.version).toBe(index + 1);
      expect(entry.state.version).toBe(entry.version);
      for (const event of entry.events) {
        expect(event.at).toBeGreaterThanOrEqual(time);
        time = event.at;
      }
      expect(entry.state.time).toBe(time);
    }
  });
});

it('keeps the limits, and never an open room with nobody in it and no end', () => {
  holds(({ entries }) => {
    for (const { state } of entries) if (state.status === 'open') checkOpen(state);
  });
});

it('creates and dissolves each incarnation once, in turn', () => {
  holds(({ entries, state }) => {
    const seen = new Set<string>();
    let current: string | null = null;
    for (const entry of entries) {
      for (const event of entry.events) {
        if (event.type === 'created') {
          expect(current).toBeNull();
          expect(seen.has(event.incarnation)).toBe(false);
          seen.add((current = event.incarnation));
        } else if (event.type === 'dissolved') {
          expect(event.incarnation).toBe(current);
          current = null;
        }
      }
      expect(seen.has(entry.incarnation)).toBe(true);
    }
    expect(state.status === 'open' ? state.incarnation : null).toBe(current);
  });
});

it('folds to the state that the commits left, event by event as in one go', () => {
  holds(({ entries, state }) => {
    const folded = entries.flatMap((entry) => entry.events).reduce(apply, ABSENT);
    expect({ ...folded, version: state.version }).toEqual(state);
  });
});

it('tells a peer that was told of an enter of exactly one leave', () => {
  holds(({ entries, state }) => {
    const told = new Set<string>();
    const streams = new Set<string>();
    for (const entry of entries) {
      const announcement = announce(entry);
      for (const { name, data } of announcement.told) {
        if (name === 'userEntered') {
          expect(told.has(data.userId)).toBe(false);
          told.add(data.userId);
        } else if (name === 'userLeft') {
          expect(told.delete(data.userId)).toBe(true);
        } else if (name === 'streamStarted') {
          expect(told.has(data.userId)).toBe(true);
          streams.add(data.streamId);
        } else if (name === 'streamStopped') {
          expect(streams.delete(data.streamId)).toBe(true);
        } else {
          expect(streams.has(data.streamId)).toBe(true);
        }
      }
      if (announcement.dissolved?.reason === 'dismissed') {
        told.clear();
        streams.clear();
      } else if (announcement.dissolved) {
        expect(told.size + streams.size).toBe(0);
      }
    }
    const there = state.status === 'open' ? [...state.members.keys(), ...state.guests.keys()] : [];
    expect([...told].toSorted()).toEqual(there.toSorted());
  });
});

it('makes and ends each link in turn, and has a guest for as long as one holds', () => {
  holds(({ entries }) => {
    const links = new Map<string, Set<string>>();
    for (const event of entries.flatMap((entry) => entry.events)) {
      const { type } = event;
      if (type === 'guestEntered') links.set(event.sessionId, new Set());
      else if (type === 'guestLinked') links.get(event.sessionId)?.add(event.host.sessionId);
      else if (type === 'guestUnlinked')
        expect(links.get(event.sessionId)?.delete(event.host.sessionId)).toBe(true);
      else if (type === 'guestLeft') {
        expect(links.get(event.sessionId)?.size).toBe(0);
        links.delete(event.sessionId);
      }
    }
  });
});

it('takes no older news of a guest after newer news', () => {
  holds(({ entries }) => {
    const seen = new Map<string, number>();
    for (const event of entries.flatMap((entry) => entry.events)) {
      if (event.type === 'guestEntered') seen.delete(event.sessionId);
      if (event.type !== 'guestSeen') continue;
      expect(event.version).toBeGreaterThan(seen.get(event.sessionId) ?? -1);
      seen.set(event.sessionId, event.version);
    }
  });
});
