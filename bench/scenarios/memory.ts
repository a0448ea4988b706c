import type { Row, Scenario } from '../lib/scenario.ts';
import { withServer } from '../lib/server.ts';
import { LightClient } from '../light/client.ts';

const MEMBERS = 500;
const MEMBERS_PER_ROOM = 20;
/** So many come and go first, so that what is made only once is not counted. */
const WARM_UP = 200;
const AT_ONCE = 20;
/** Long enough for what a departure leaves behind to be gone. */
const SETTLE_MS = 2000;

/** Memory of the server process (not of the media workers) per member who is in a room and does nothing. */
export const memory: Scenario = {
  name: 'memory',
  run: (context) =>
    withServer(async (server) => {
      const warmUp = await enterMany(server.url, { count: WARM_UP, firstRoom: 1 });
      await Promise.all(warmUp.map((member) => member.exit()));
      await pause(SETTLE_MS);
      const before = await server.memory();
      const count = context.runs(MEMBERS);
      const members = await enterMany(server.url, { count, firstRoom: 1000 });
      await pause(SETTLE_MS);
      const after = await server.memory();
      for (const member of members) {
        member.close();
      }
      const perMember = (key: keyof typeof before): number => (after[key] - before[key]) / 1024 / count;
      const rss = perMember('rss');
      const heap = perMember('heapUsed');
      const external = perMember('external');
      const row: Row = {
        figure: 'server memory per idle member',
        unit: 'KB',
        // Pages that the warm-up left behind are used again and do not show in the resident set; the heap shows all.
        values: { most: Math.max(rss, heap + external), rss, heap, external, count },
        aim: { of: 'most', atMost: 100 },
      };
      return [row];
    }),
};

async function enterMany(
  serverUrl: string,
  { count, firstRoom }: { count: number; firstRoom: number },
): Promise<LightClient[]> {
  const members: LightClient[] = [];
  while (members.length < count) {
    const first = members.length;
    const batch = Array.from({ length: Math.min(AT_ONCE, count - first) }, (_, index) => {
      const number = first + index;
      const roomId = firstRoom + Math.floor(number / MEMBERS_PER_ROOM);
      return LightClient.enter({ serverUrl, roomId, userId: `idle${number}` });
    });
    members.push(...(await Promise.all(batch)));
  }
  return members;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
