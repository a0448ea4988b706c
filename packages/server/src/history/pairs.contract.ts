import { expect } from 'vitest';
import type { Happening } from './happenings.ts';

/** Whoever enters leaves once, later and within the life of the room; `open`: the stays of whom the end is still to come. */
export function checkPairs(happenings: readonly Happening[], open: readonly string[]): void {
  const ids = new Set<string>();
  const rooms = new Set<string>();
  const stays = new Map<string, string>();
  const sending = new Set<string>();
  /** Of whom a backend knows that they are there. */
  const known = new Set<string>();
  let at = 0;
  for (const happening of happenings) {
    const { type, incarnation } = happening;
    expect(ids.has(happening.id), `${happening.id} is new`).toBe(false);
    ids.add(happening.id);
    expect(happening.at).toBeGreaterThanOrEqual(at);
    at = happening.at;
    if (type === 'roomCreated') rooms.add(incarnation);
    expect(rooms.has(incarnation), 'nothing happens outside of a room').toBe(true);
    if (type === 'roomEnded') {
      expect([...stays.values()]).not.toContain(incarnation);
      rooms.delete(incarnation);
    } else if (type === 'entered') {
      expect(stays.has(happening.stay.stayId)).toBe(false);
      if (happening.reason !== 'continued') {
        expect(known.has(knownAs(happening)), 'nobody enters twice').toBe(false);
        known.add(knownAs(happening));
      }
      stays.set(happening.stay.stayId, incarnation);
    } else if (type === 'left') {
      expect(stays.delete(happening.stay.stayId)).toBe(true);
      if (happening.reason !== 'continued') expect(known.delete(knownAs(happening))).toBe(true);
    } else if (type === 'sending' || type === 'silent' || type === 'stopped') {
      const stream = `${happening.stay.stayId}/${happening.source}`;
      expect(stays.has(happening.stay.stayId)).toBe(true);
      expect(sending.has(stream)).toBe(type === 'silent' || (type === 'stopped' && !happening.muted));
      if (type === 'sending') sending.add(stream);
      else sending.delete(stream);
    }
  }
  expect([...stays.keys()].toSorted()).toEqual([...open].toSorted());
  expect(known.size, 'whoever is known to be there is there').toBe(stays.size);
}

/** A guest may have the name of somebody in the audience. */
function knownAs({ incarnation, stay }: Extract<Happening, { type: 'entered' | 'left' }>): string {
  return `${incarnation}/${stay.userId}/${stay.stayId.includes('@') ? 'guest' : 'own'}`;
}
