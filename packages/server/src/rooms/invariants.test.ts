import { LEAVE_REASONS, isBlocked, sceneKind } from '@rotunda/protocol';
import { expect, it } from 'vitest';
import { announce } from './announce.ts';
import { ABSENT, apply } from './apply.ts';
import { blockOf } from './blocks.ts';
import { MAX_CALL_MEMBERS, MAX_GUESTS, MAX_PUBLISHERS } from './limits.ts';
import type { OpenRoom } from './model.ts';
import { holds } from './random-commands.contract.ts';

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

it('blocks what a member publishes exactly as its stay is blocked', () => {
  holds(({ entries }) => {
    for (const { state } of entries) {
      if (state.status !== 'open') continue;
      for (const { sessionId, streams } of state.members.values()) {
        const blocked = blockOf(state, sessionId);
        for (const stream of streams.values()) expect(stream.blocked).toBe(isBlocked(blocked, stream.source));
      }
    }
  });
});

it('tells the others of a stream whether it is muted or blocked, and of changes only', () => {
  holds(({ entries }) => {
    const silent = new Map<string, boolean>();
    for (const entry of entries) {
      for (const { name, data } of announce(entry).told) {
        if (name === 'streamStopped') silent.delete(data.streamId);
        if (name !== 'streamStarted' && name !== 'streamMuted') continue;
        expect(silent.get(data.streamId)).not.toBe(data.muted);
        silent.set(data.streamId, data.muted);
      }
      if (entry.state.status === 'absent') {
        silent.clear();
        continue;
      }
      const streams = [...entry.state.members.values()].flatMap((member) => [...member.streams.values()]);
      for (const { streamId, muted, blocked } of streams) expect(silent.get(streamId)).toBe(muted || blocked);
    }
  });
});

it('ends a block with its stay, or hands it on to the one that continues it', () => {
  holds(({ entries }) => {
    const over = new Set<string>();
    for (const { events, state } of entries) {
      for (const event of events)
        if (event.type === 'left' && LEAVE_REASONS[event.reason].terminal) over.add(event.sessionId);
      if (state.status === 'absent') continue;
      // A late change of role makes a member of a stay that was over, which then may be blocked.
      for (const { sessionId } of state.members.values()) over.delete(sessionId);
      for (const sessionId of state.blocks.keys()) expect(over.has(sessionId)).toBe(false);
    }
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
