import { MemoryPresenceIndex } from './memory-presence.ts';
import { presenceIndexContract } from './presence-index.contract.ts';
import { seededDelay } from './seeded.contract.ts';

presenceIndexContract('the presence index in memory', () => Promise.resolve(new MemoryPresenceIndex()));

for (const seed of [1, 2, 3, 4, 5]) {
  presenceIndexContract(`the presence index in memory, with the delays of seed ${seed}`, () =>
    Promise.resolve(new MemoryPresenceIndex({ delay: seededDelay(seed) })),
  );
}
