import type { Ending, EndingStore, ReturnBar } from '../store/endings-port.ts';
import type { KeptStay, KeptStayStore } from '../store/kept-stays-port.ts';

/** `read`: called before each look, which fails if it throws. */
export function memoryEndings(read: () => void): EndingStore {
  const endings = new Map<string, Ending>();
  const bars: ReturnBar[] = [];
  return {
    saveEndings: async (saved, barred = []) => {
      for (const ending of saved) {
        const known = endings.get(ending.sessionId);
        if (!known || known.reason === 'switchedRoom') endings.set(ending.sessionId, ending);
      }
      bars.push(...barred);
    },
    findEnding: async (sessionId) => {
      read();
      return endings.get(sessionId) ?? null;
    },
    findReturnBar: async (stay) => {
      read();
      const hits = ({ room, userId, at }: ReturnBar): boolean =>
        room === stay.room && at > stay.since && (userId ?? stay.userId) === stay.userId;
      return bars.findLast(hits) ?? null;
    },
  };
}

/** The same. */
export function memoryKeptStays(read: () => void): KeptStayStore {
  const kept = new Map<string, KeptStay>();
  return {
    save: async (stays) => {
      for (const stay of stays) kept.set(stay.origin, stay);
    },
    find: async (origin) => {
      read();
      return kept.get(origin) ?? null;
    },
  };
}
