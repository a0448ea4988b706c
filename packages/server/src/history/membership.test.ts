import type { Role } from '@rotunda/protocol';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { anchor, MembershipWorld, stay } from '../roomlog/membership-world.contract.ts';
import type { Happening } from './happenings.ts';
import { Ledger } from './ledger.ts';
import { checkPairs } from './pairs.contract.ts';

/** What somebody does, on one of two nodes, one thing after the other. */
interface Script {
  readonly user: 'ann' | 'ben';
  readonly node: number;
  readonly role: Role;
  readonly steps: readonly ('toAnchor' | 'toAudience' | 'lost' | 'resumed' | 'publish' | 'pause')[];
  readonly leaves: boolean;
}

const script: fc.Arbitrary<Script> = fc.record({
  user: fc.constantFrom('ann', 'ben'),
  node: fc.nat(1),
  role: fc.constantFrom('anchor', 'audience'),
  steps: fc.array(fc.constantFrom('toAnchor', 'toAudience', 'lost', 'resumed', 'publish', 'pause'), {
    maxLength: 4,
  }),
  leaves: fc.boolean(),
});

/** What backends do meanwhile. */
const forced = fc.array(fc.constantFrom('remove', 'dismiss', 'pause'), { maxLength: 4 });

it('has one leave for each enter, whatever audience, anchors and backends do at the same time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.array(script, { minLength: 1, maxLength: 4 }), forced, play),
    { numRuns: 150 },
  );
});

async function play(
  seed: number,
  scripts: readonly Script[],
  backend: readonly ('remove' | 'dismiss' | 'pause')[],
): Promise<void> {
  const world = new MembershipWorld(seed);
  const ledger = new Ledger();
  const seen: Happening[] = [];
  await world.log.follow(world.key, 0, (entry) => {
    seen.push(...ledger.take(entry, { admit: true }).happenings);
  });
  world.onAudienceChange = (change) => {
    seen.push(...ledger.takeAudience(change, { admit: true }).happenings);
  };
  const nodes = [world.node('one'), world.node('two')] as const;
  const others = async (): Promise<void> => {
    for (const step of backend) {
      if (step === 'remove') await nodes[0].removeUsers(world.key, ['ann', 'ben'], 'removed');
      else if (step === 'dismiss') await nodes[1].dismiss(world.key);
      else await pause();
    }
  };
  await Promise.all([others(), ...scripts.map((each, nth) => act(world, nodes[each.node]!, each, nth))]);
  const room = await world.room();
  const there = [...(await world.audienceSessions()), ...(await world.memberSessions())];
  expect(ledger.openStays.map(({ stayId }) => stayId).toSorted()).toEqual(there.toSorted());
  checkPairs(seen, there);
  if (room.status === 'absent') return;
  await nodes[0].dismiss(world.key);
  checkPairs(seen, []);
}

async function act(
  world: MembershipWorld,
  node: ReturnType<MembershipWorld['node']>,
  { user, role, steps, leaves }: Script,
  nth: number,
): Promise<void> {
  const own = stay(user, nth);
  const outcome = await node.enter({ ...anchor(user, nth), role });
  if (!outcome.ok) return;
  for (const step of steps) {
    if (step === 'toAnchor') await node.switchRole({ ...own, role: 'anchor' });
    else if (step === 'toAudience') await node.switchRole({ ...own, role: 'audience' });
    else if (step === 'lost')
      await node.lost({ ...own, giveUpAt: world.clock.now() + 10, ifGivenUp: 'timedOut' });
    else if (step === 'resumed') await node.resumed(own);
    else if (step === 'publish')
      await node.publish({ ...own, stream: { source: 'audio', streamId: `s${nth}`, muted: false } });
    else await pause();
  }
  if (leaves) await node.leave({ ...own, reason: 'exited' });
}

function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
