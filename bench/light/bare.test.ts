import { describe, expect, it, vi } from 'vitest';
import { BareTopology } from './bare.ts';

describe('light media', () => {
  it('publishes to a real router and decrypts what it forwards', async () => {
    const topology = await BareTopology.open({ viewers: 2, packetsPerSecond: 100 });
    try {
      topology.play();
      await vi.waitFor(() => expect(topology.received()).toBeGreaterThan(50), { timeout: 10_000 });
      expect(topology.workers()).toHaveLength(1);
      topology.pause();
      const sent = topology.sent();
      expect(topology.received()).toBeLessThanOrEqual(2 * sent);
    } finally {
      await topology.close();
    }
  });
});
