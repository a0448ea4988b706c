import type { RoomKey } from '@rotunda/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { announce } from '../rooms/announce.ts';
import { repairs } from '../rooms/cross-room.ts';
import type { RoomState } from '../rooms/model.ts';
import { testKey } from './commands.contract.ts';
import type { CrossRooms } from './cross-rooms.ts';
import type { Membership, StayRef } from './membership-port.ts';
import { anchor, MembershipWorld } from './membership-world.contract.ts';

const ROOMS = [testKey('room'), testKey('two'), testKey('three')] as const;
/** Who plays, and in which room. The last has the name of one and the room of another. */
const CAST = [
  { userId: 'ann', key: ROOMS[0] },
  { userId: 'ben', key: ROOMS[1] },
  { userId: 'cid', key: ROOMS[2] },
  { userId: 'ann', key: ROOMS[1] },
] as const;
type Role = (typeof CAST)[number];

type Step =
  | { readonly do: 'connect'; readonly to: Role }
  | { readonly do: 'disconnect' | 'publish' | 'unpublish' | 'mute' | 'pause' }
  | { readonly do: 'toAudience' | 'toAnchor' | 'leave' | 'enter' };

type Forced =
  | { readonly do: 'dismiss' | 'repair'; readonly key: RoomKey }
  | { readonly do: 'remove'; readonly key: RoomKey; readonly userId: string };

interface Script {
  readonly as: Role;
  readonly steps: readonly Step[];
}

const role = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...CAST.slice(0, 3)) },
  { weight: 1, arbitrary: fc.constantFrom(...CAST) },
);
const simple = fc.record({
  do: fc.constantFrom('publish' as const, 'publish', 'unpublish', 'mute', 'disconnect', 'pause'),
});
const stayChange = fc.record({ do: fc.constantFrom('toAudience' as const, 'toAnchor', 'leave', 'enter') });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('connect' as const), to: role }) },
  { weight: 5, arbitrary: simple },
  { weight: 2, arbitrary: stayChange },
);
const script: fc.Arbitrary<Script> = fc.record({
  as: role,
  steps: fc.array(step, { minLength: 2, maxLength: 7 }),
});
const key = fc.constantFrom(...ROOMS);
const forced: fc.Arbitrary<Forced> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant('dismiss' as const), key }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('repair' as const), key }) },
  {
    weight: 4,
    arbitrary: role.chain(({ userId }) =>
      fc.record({ do: fc.constant('remove' as const), key, userId: fc.constant(userId) }),
    ),
  },
);
const seed = fc.integer({ min: 1, max: 2 ** 31 });

/** One user of one room, who does one thing after the other while everybody else does the same. */
class Actor {
  readonly #world: MembershipWorld;
  readonly #membership: Membership;
  readonly #crossRooms: CrossRooms;
  readonly #script: Script;
  readonly #nth: number;
  #stay: StayRef;
  #streams = 0;
  #stays = 0;

  constructor(world: MembershipWorld, nth: number, plan: Script) {
    this.#world = world;
    this.#nth = nth;
    this.#script = plan;
    this.#membership = world.node(`node-${nth % 2}`);
    this.#crossRooms = world.crossRooms();
    this.#stay = this.#newStay();
  }

  async enter(): Promise<void> {
    this.#stay = this.#newStay();
    await this.#membership.enter({ ...anchor(''), ...this.#stay });
  }

  async play(): Promise<void> {
    for (const each of this.#script.steps) await this.#act(each);
  }

  #newStay(): StayRef {
    const { as } = this.#script;
    return { ...as, sessionId: `${as.userId}-${this.#nth}-${++this.#stays}` };
  }

  async #act(item: Step): Promise<unknown> {
    const own = this.#stay;
    const streamId = `v-${own.sessionId}-${this.#streams}`;
    switch (item.do) {
      case 'connect':
        return this.#crossRooms.connect(own, item.to);
      case 'disconnect':
        return this.#crossRooms.disconnect(own);
      case 'publish': {
        const stream = {
          source: 'video',
          streamId: `v-${own.sessionId}-${++this.#streams}`,
          muted: false,
        } as const;
        return this.#membership.publish({ ...own, stream });
      }
      case 'unpublish':
        return this.#membership.unpublish({ ...own, streamId });
      case 'mute':
        return this.#membership.mute({ ...own, source: 'video', muted: true });
      case 'toAudience':
        return this.#membership.switchRole({ ...own, role: 'audience' });
      case 'toAnchor':
        return this.#membership.switchRole({ ...own, role: 'anchor' });
      case 'leave':
        return this.#membership.leave({ ...own, reason: 'exited' });
      case 'enter':
        return this.enter();
      default:
        return this.#world.presence.count(own.key, 'none');
    }
  }
}

function force(world: MembershipWorld, item: Forced): Promise<unknown> {
  switch (item.do) {
    case 'dismiss':
      return world.node().dismiss(item.key);
    case 'remove':
      return world.node().removeUsers(item.key, [item.userId], 'removed');
    default:
      return world.crossRooms().repair(item.key);
  }
}

async function states(world: MembershipWorld): Promise<Map<string, RoomState>> {
  const read = ROOMS.map(async (key) => [key.id, await world.room(key)] as const);
  return new Map(await Promise.all(read));
}

/** Both halves of every link are there, and show the same streams; nothing is left to be put right, however late. */
async function expectAgreement(world: MembershipWorld): Promise<void> {
  const now = await states(world);
  for (const [id, state] of now) {
    if (state.status === 'absent') continue;
    for (const guest of state.guests.values()) {
      const home = now.get(guest.home.key.id);
      if (!home) throw new Error('a guest of no room');
      expect(repairs(guest, home, Number.MAX_SAFE_INTEGER), `${guest.sessionId} in ${id}`).toEqual([]);
    }
  }
  for (const key of ROOMS) expectToldOnce(world, key, now);
  expect(world.failures).toEqual([]);
}

function expectToldOnce(world: MembershipWorld, key: RoomKey, now: ReadonlyMap<string, RoomState>): void {
  const present = new Map<string, Set<string>>();
  for (const entry of world.entries.filter((each) => each.key.id === key.id)) {
    const { told, dissolved } = announce(entry);
    for (const { name, data } of told) {
      if (name === 'userEntered') {
        expect(present.has(data.userId), `${data.userId} is not there yet`).toBe(false);
        present.set(data.userId, new Set());
      } else if (name === 'userLeft') {
        expect(present.get(data.userId)?.size, 'the streams ended before').toBe(0);
        present.delete(data.userId);
      } else if (name === 'streamStarted') present.get(data.userId)?.add(data.streamId);
      else if (name === 'streamStopped') expect(present.get(data.userId)?.delete(data.streamId)).toBe(true);
    }
    if (dissolved) present.clear();
  }
  const state = now.get(key.id);
  const there = state?.status === 'open' ? [...state.members.keys(), ...state.guests.keys()] : [];
  expect([...present.keys()].toSorted()).toEqual(there.toSorted());
}

describe('the rooms of all links, used by two nodes at once', () => {
  test('agree when everybody connects, disconnects, publishes, leaves and is removed at the same time', async () => {
    let linked = 0;
    await fc.assert(
      fc.asyncProperty(
        seed,
        fc.uniqueArray(script, { minLength: 2, maxLength: CAST.length, selector: ({ as }) => as }),
        fc.array(forced, { maxLength: 3 }),
        async (number, scripts, ends) => {
          const world = await new MembershipWorld(number).watch(ROOMS[1], ROOMS[2]);
          const actors = scripts.map((plan, index) => new Actor(world, index, plan));
          for (const actor of actors) await actor.enter();
          await Promise.all([
            ...actors.map((actor) => actor.play()),
            ...ends.map((end) => force(world, end)),
          ]);
          await expectAgreement(world);
          linked += (await world.log.linkedRooms()).length;
        },
      ),
      { numRuns: 600 },
    );
    expect(linked, 'rooms that were linked in the end, of all runs').toBeGreaterThan(100);
  });
});
