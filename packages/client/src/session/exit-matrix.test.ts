import { describe, expect, it } from 'vitest';
import { expectEnds, expectNothingLeft, finish, runOnce } from './exit-matrix.contract.ts';
import { ACTIVITIES, EXITS } from './exit-matrix-cases.contract.ts';

/**
 * Every way out of a room, at every point where the client waits for something, whatever it is doing there. The fakes count
 * those points; each combination runs once per point, for several seeds: with each, what runs side by side overtakes each
 * other in another way.
 */
const SEEDS = [1, 2];

describe.each(Object.keys(ACTIVITIES))('during %s', (activity) => {
  it.each(Object.keys(EXITS))('%s at every step ends the stay once and leaves nothing', async (exit) => {
    for (const seed of SEEDS) {
      const { steps } = await runOnce({ activity, exit, seed, at: null });
      expect(steps).toBeGreaterThan(1);
      for (let at = 0; at < steps; at++) {
        const label = `${activity} × ${exit} at step ${at}, seed ${seed}`;
        const { run } = await runOnce({ activity, exit, seed, at });
        await finish(run, exit);
        expectEnds(run, { activity, exit, label });
        expectNothingLeft(run, label);
        const { requests } = run.fake.devices;
        await run.fake.advance(1_000);
        expect(run.fake.devices.requests, `${label}: no capture starts afterwards`).toBe(requests);
        expect(run.liveTracks, label).toBe(0);
      }
    }
  });
});
