import type { Blocked } from '@rotunda/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ROOM, SignallingWorld, type FakeClient } from './world.contract.ts';

/** A client that is alive and cut off: it may be away for the whole time. */
const CUT = 4999;
const GIVEN_UP_MS = 20_000;
const ALL: Blocked = { audio: true, video: true };
const LIVE = { scene: 1 };

let world: SignallingWorld;
afterEach(() => world.close());

/** What the client has been told, last: the node may hear of a block after the enter was answered. */
function blockOf(client: FakeClient, id: number): unknown {
  const later = client.events.filter(({ name }) => name === 'blocked').map(({ data }) => data);
  return later.at(-1) ?? client.snapshot(id).blocked;
}

describe.each([1, 2, 3])('over a room log that takes its time (seed %i)', (seed) => {
  beforeEach(() => {
    world = new SignallingWorld(seed);
  });

  describe.each([
    ['an anchor', 20],
    ['a viewer', 21],
  ])('%s who was blocked and given up', (_, role) => {
    async function comeBack({ resumeToken }: { resumeToken: string }): Promise<[FakeClient, number]> {
      const back = world.client();
      const rtpCapabilities = { codecs: [], headerExtensions: [] };
      const id = back.request('resume', { resumeToken, userSig: 'sig', role, rtpCapabilities });
      await world.pass();
      return [back, id];
    }

    async function blockedAndGone() {
      await world.inRoom('ann', LIVE);
      const { client, snapshot } = await world.inRoom('bob', { ...LIVE, role });
      await world.context.membership.block(ROOM, 'bob', ALL);
      client.hangUp(CUT);
      await world.pass(GIVEN_UP_MS);
      return snapshot;
    }

    it('is still blocked when a return has failed in between', async () => {
      const token = await blockedAndGone();
      vi.spyOn(world.context.media, 'join').mockRejectedValueOnce(new Error('no worker'));
      const [refused, first] = await comeBack(token);
      expect(refused.answer(first)).toMatchObject({ type: 'error' });
      const [back, second] = await comeBack(token);
      expect(blockOf(back, second)).toEqual(ALL);
    });

    it('is still blocked when it never learned that it had returned, and was given up again', async () => {
      const token = await blockedAndGone();
      const [unheard] = await comeBack(token);
      unheard.hangUp(CUT);
      await world.pass(GIVEN_UP_MS);
      const [back, id] = await comeBack(token);
      expect(blockOf(back, id)).toEqual(ALL);
    });

    it('comes back only when it is known whether it is blocked', async () => {
      const token = await blockedAndGone();
      await world.context.keptStays.durable();
      world.storeReads = 2;
      const [refused] = await comeBack(token);
      expect(refused.socket.closedBy).toBe(1013);
      world.storeReads = Infinity;
      const [back, second] = await comeBack(token);
      expect(blockOf(back, second)).toEqual(ALL);
    });
  });
});
