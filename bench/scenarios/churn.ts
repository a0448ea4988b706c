import type { BenchContext, Row, Scenario } from '../lib/scenario.ts';
import { withServer } from '../lib/server.ts';
import { LightClient } from '../light/client.ts';

/** Users who enter and leave over and over at the same time. */
const USERS = 20;
const FULL_MS = 6000;
const SHORT_MS = 1500;

/** Stays (one enter and one exit each, every one on a socket of its own) per second. No media. */
export const churn: Scenario = {
  name: 'churn',
  run: (context) =>
    withServer(async ({ url: serverUrl }) => [
      await measure(context, { serverUrl, figure: 'enters and exits in one room', roomOf: () => 1 }),
      await measure(context, {
        serverUrl,
        figure: 'enters and exits over many rooms',
        roomOf: (user) => 100 + user,
      }),
    ]),
};

async function measure(
  context: BenchContext,
  options: { serverUrl: string; figure: string; roomOf: (user: number) => number },
): Promise<Row> {
  const { serverUrl, figure, roomOf } = options;
  const startedAt = performance.now();
  const until = startedAt + (context.runs(10) === 10 ? FULL_MS : SHORT_MS);
  const counts = await Promise.all(
    Array.from({ length: USERS }, async (_, user) => {
      let stays = 0;
      for (; performance.now() < until; stays += 1) {
        const member = await LightClient.enter({ serverUrl, roomId: roomOf(user), userId: `user${user}` });
        await member.exit();
      }
      return stays;
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const stays = counts.reduce((sum, count) => sum + count, 0);
  return { figure, unit: 'stays/s', values: { rate: stays / seconds, count: stays } };
}
