import { assertNever } from '@rotunda/base';
import type { Guest, GuestEvent, GuestLink } from './guest-model.ts';

type GuestEntered = Extract<GuestEvent, { type: 'guestEntered' }>;

/** Folds a fact about a guest. Those of another stay of the same user do nothing. */
export function applyToGuests(guests: Map<string, Guest>, event: GuestEvent): void {
  if (event.type === 'guestEntered') {
    guests.set(event.userId, newGuest(event));
    return;
  }
  const guest = guests.get(event.userId);
  if (guest?.sessionId !== event.sessionId) return;
  if (event.type === 'guestLeft') guests.delete(event.userId);
  else guests.set(event.userId, changedGuest(guest, event));
}

function newGuest({ userId, sessionId, home, at }: GuestEntered): Guest {
  return { userId, sessionId, home, enteredAt: at, hosts: new Map(), streams: new Map(), seen: 0 };
}

function changedGuest(
  guest: Guest,
  event: Exclude<GuestEvent, { type: 'guestEntered' | 'guestLeft' }>,
): Guest {
  switch (event.type) {
    case 'guestLinked': {
      const { host, asOf, at } = event;
      return withHosts(guest, (hosts) => hosts.set(host.sessionId, { host, asOf, since: at }));
    }
    case 'guestUnlinked':
      return withHosts(guest, (hosts) => hosts.delete(event.host.sessionId));
    case 'guestSeen':
      return { ...guest, seen: event.version };
    default:
      return assertNever(event);
  }
}

function withHosts(guest: Guest, change: (hosts: Map<string, GuestLink>) => unknown): Guest {
  const hosts = new Map(guest.hosts);
  change(hosts);
  return { ...guest, hosts };
}
