import type { ActionContext } from './registry.ts';

/** For tests of a Cloud API that are not about the past: there is none. */
export const NO_PAST: Pick<ActionContext, 'past' | 'quality' | 'keptMs'> = {
  past: {
    rooms: async () => ({ total: 0, rooms: [] }),
    livesOf: async () => [],
    stays: async () => ({ total: 0, stays: [] }),
    events: async () => [],
    scale: async () => [],
    spans: async function* () {},
  },
  quality: {
    save: async () => undefined,
    find: async function* () {},
    stoodStill: async function* () {},
    blockedShares: async () => [],
    pictureTimeByBucket: async () => [],
    pictureTimeByRoom: async function* () {},
  },
  keptMs: 14 * 24 * 3_600_000,
};
