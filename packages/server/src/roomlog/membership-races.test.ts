import { SerialQueue } from '@rotunda/base';
import type { Role } from '@rotunda/protocol';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BROWSER } from '../rooms/room.contract.ts';
import { announce } from '../rooms/announce.ts';
import { CALL, LIVE } from './commands.contract.ts';
import type { EnterOutcome, Membership, StayRef } from './membership-port.ts';
import { MembershipWorld, stay } from './membership-world.contract.ts';

/** What one stay does after it entered, one after the other; role changes go on while the rest happens. */
type Step =
  | { readonly do: 'switchRole'; readonly role: Role }
  | { readonly do: 'lost' | 'resumed' | 'pause' | 'publish' };

interface Script {
  readonly userId: string;
  readonly role: Role;
  readonly steps: readonly Step[];
  readonly leaves: boolean;
}

type ForcedEnd = { readonly do: 'dismiss' } | { readonly do: 'remove'; readonly userIds: readonly string[] };

const USERS = ['ann', 'ben', 'cid'];
const role = fc.constantFrom<Role>('anchor', 'audience');
const userId = fc.constantFrom(...USERS);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('switchRole' as const), role }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('lost' as const, 'resumed', 'pause', 'publish') }),
  },
);
const script: fc.Arbitrary<Script> = fc.record({
  userId,
  role,
  steps: fc.array(step, { maxLength: 5 }),
  leaves: fc.boolean(),
});
const forcedEnd: fc.Arbitrary<ForcedEnd> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant('dismiss' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('remove' as const),
      userIds: fc.uniqueArray(userId, { minLength: 1, maxLength: 2 }),
    }),
  },
);
const seed = fc.integer({ min: 1, max: 2 ** 31 });

interface Stage {
  readonly membership: Membership;
  readonly pause: () => Promise<void>;
  readonly giveUpAt: number;
}

/** A stay as its client sees it: what it asked for, and what it was answered. */
class Actor {
  readonly stay: StayRef;
  entered: EnterOutcome | null = null;
  left = false;
  link: 'up' | 'lost' = 'up';
  readonly #membership: Membership;
  readonly #script: Script;
  readonly #pause: () => Promise<void>;
  readonly #giveUpAt: number;
  readonly #roleQueue = new SerialQueue();
  #roles: Promise<unknown> = Promise.resolve();

  constructor(nth: number, script: Script, tools: Stage) {
    this.stay = stay(script.userId, nth);
    this.#script = script;
    this.#membership = tools.membership;
    this.#pause = tools.pause;
    this.#giveUpAt = tools.giveUpAt;
  }

  async enter(scene: typeof LIVE | typeof CALL): Promise<void> {
    this.entered = await this.#membership.enter({
      ...this.stay,
      scene,
      role: this.#script.role,
      client: BROWSER,
    });
  }

  async play(): Promise<void> {
    if (!this.entered?.ok) return;
    for (const item of this.#script.steps) await this.#act(item);
    if (this.#script.leaves) {
      this.left = true;
      await this.#membership.leave({ ...this.stay, reason: 'exited' });
    }
    await this.#roles;
  }

  async #act(item: Step): Promise<void> {
    const { stay: own } = this;
    switch (item.do) {
      case 'switchRole': {
        this.#roles = this.#roleQueue.run(() => this.#membership.switchRole({ ...own, role: item.role }));
        return;
      }
      case 'lost':
        this.link = 'lost';
        return this.#membership.lost({ ...own, giveUpAt: this.#giveUpAt, ifGivenUp: 'timedOut' });
      case 'resumed':
        // A client resumes on a new link when the old one's requests have ended.
        await this.#roles;
        this.link = 'up';
        return void (await this.#membership.resumed(own));
      case 'publish': {
        const stream = { source: 'sub', streamId: `sub-of-${own.sessionId}`, muted: false } as const;
        return void (await this.#membership.publish({ ...own, stream }));
      }
      case 'pause':
        return this.#pause();
    }
  }
}

/** What must be so when everything has come to rest. */
async function expectOrder(world: MembershipWorld, actors: readonly Actor[]): Promise<void> {
  const room = await world.room();
  const incarnation = room.status === 'open' ? room.incarnation : null;
  for (const over of world.incarnations().filter((each) => each !== incarnation)) {
    expect(await world.presence.list(world.key, over), 'entries of an incarnation that is over').toEqual([]);
  }
  const audience = await world.audience();
  const members = room.status === 'open' ? [...room.members.values()] : [];
  if (room.status === 'open') {
    expect(room.audience).toBe(audience.length > 0 ? 'present' : 'none');
    expect(room.dissolveAt !== null).toBe(audience.length === 0 && members.length === 0);
  }
  const both = audience.filter((entry) => members.some((member) => member.userId === entry.userId));
  expect(both, 'member and audience at once').toEqual([]);

  const present = new Map([...members, ...audience].map(({ sessionId, link }) => [sessionId, link.state]));
  const told = toldOfTheirEnd(world, actors);
  for (const actor of actors) {
    const { sessionId } = actor.stay;
    const goesOn = actor.entered?.ok === true && !actor.left && !told.has(sessionId);
    expect(present.get(sessionId), `${sessionId} is there if it was not told otherwise`).toBe(
      goesOn ? actor.link : undefined,
    );
  }
}

/** Sessions that the log told of their end, by name or with their incarnation. */
function toldOfTheirEnd(world: MembershipWorld, actors: readonly Actor[]): Set<string> {
  const told = new Set<string>();
  for (const entry of world.entries) {
    const { ended, dissolved } = announce(entry);
    for (const { sessionId } of ended) told.add(sessionId);
    for (const { entered, stay: of } of actors) {
      if (dissolved && entered?.ok && entered.incarnation === dissolved.incarnation) told.add(of.sessionId);
    }
  }
  return told;
}

function cast(world: MembershipWorld, scripts: readonly Script[], giveUpAt = 10_000): Actor[] {
  const nodes = [world.node('one'), world.node('two')];
  const pause = async (): Promise<void> => void (await world.presence.count(world.key, 'none'));
  return scripts.map((each, index) => {
    const membership = nodes[index % 2] ?? world.node();
    return new Actor(index + 1, each, { membership, pause, giveUpAt });
  });
}

function force(membership: Membership, world: MembershipWorld, end: ForcedEnd): Promise<unknown> {
  return end.do === 'dismiss'
    ? membership.dismiss(world.key)
    : membership.removeUsers(world.key, end.userIds, 'removed');
}

describe('log and presence index, used by two nodes at once', () => {
  const runs = { numRuns: 500 };

  test('agree when everybody enters, changes role, is lost, leaves and is removed at the same time', async () => {
    const scripts = fc.array(script, { minLength: 1, maxLength: 6 });
    const ends = fc.array(forcedEnd, { maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(
        seed,
        fc.constantFrom(LIVE, CALL),
        scripts,
        ends,
        async (number, scene, parts, forced) => {
          const world = await new MembershipWorld(number).watch();
          const actors = cast(world, parts);
          const playing = actors.map(async (actor) => {
            await actor.enter(scene);
            await actor.play();
          });
          await Promise.all([...playing, ...forced.map((end) => force(world.node(), world, end))]);
          await expectOrder(world, actors);
        },
      ),
      runs,
    );
  });

  test('hold nobody who was removed, whatever the users were doing', async () => {
    const scripts = fc.uniqueArray(script, { minLength: 1, maxLength: 3, selector: (each) => each.userId });
    const removed = fc.uniqueArray(userId, { minLength: 1, maxLength: 2 });
    await fc.assert(
      fc.asyncProperty(seed, scripts, removed, async (number, parts, userIds) => {
        const world = await new MembershipWorld(number).watch();
        const keeper = cast(world, [{ userId: 'eve', role: 'anchor', steps: [], leaves: false }]);
        const actors = [...keeper, ...cast(world, parts)];
        for (const actor of actors) await actor.enter(LIVE);
        await Promise.all([
          ...actors.map((actor) => actor.play()),
          world.node().removeUsers(world.key, userIds, 'removed'),
        ]);
        await expectOrder(world, actors);
        const present = [...(await world.memberSessions()), ...(await world.audienceSessions())];
        const hit = new Set(userIds);
        expect(present.filter((session) => hit.has(session.split('-')[0] ?? ''))).toEqual([]);
      }),
      runs,
    );
  });

  test('give up a lost stay once, and none that came back before', async () => {
    const scripts = fc.uniqueArray(script, { minLength: 1, maxLength: 3, selector: (each) => each.userId });
    await fc.assert(
      fc.asyncProperty(seed, scripts, async (number, parts) => {
        const world = await new MembershipWorld(number).watch();
        const actors = cast(world, parts);
        for (const actor of actors) await actor.enter(LIVE);
        await Promise.all(actors.map((actor) => actor.play()));
        world.clock.advance(60_000);
        await Promise.all([1, 2].map(() => sweepOnce(world)));
        await expectOrder(world, actors);
        const present = new Set([...(await world.memberSessions()), ...(await world.audienceSessions())]);
        const lost = actors.filter((actor) => actor.link === 'lost');
        expect(lost.filter((actor) => present.has(actor.stay.sessionId))).toEqual([]);
        const endings = world.endings().map(({ sessionId }) => sessionId);
        expect(endings).toEqual([...new Set(endings)]);
      }),
      runs,
    );
  });

  test('give up stays that are due at once, also while they change their role', async () => {
    const scripts = fc.array(script, { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(seed, scripts, async (number, parts) => {
        const world = await new MembershipWorld(number).watch();
        const actors = cast(world, parts, world.clock.now());
        const playing = actors.map(async (actor) => {
          await actor.enter(LIVE);
          await actor.play();
        });
        await Promise.all([...playing, sweepManyTimes(world), sweepManyTimes(world)]);
        await expectOrder(world, actors);
      }),
      runs,
    );
  });
});

async function sweepManyTimes(world: MembershipWorld): Promise<void> {
  for (let round = 0; round < 5; round++) await sweepOnce(world);
}

async function sweepOnce(world: MembershipWorld): Promise<void> {
  const at = world.clock.now();
  for (const key of await world.log.due(at)) await world.log.commit(key, { type: 'tick', at });
  for (const { key, incarnation, entry } of await world.presence.due(at)) {
    const { userId: user, sessionId } = entry;
    await world.node().giveUpAudience({ key, incarnation, userId: user, sessionId });
  }
}
