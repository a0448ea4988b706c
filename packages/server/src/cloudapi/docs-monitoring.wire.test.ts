import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RotundaServer } from '../index.ts';
import { APP, WireClient, startTestServer } from '../signalling/wire.contract.ts';
import { isDocOutput, readDocExamples, startDocExample } from '../testing.ts';

const path = { quality: 1, downQuality: 1, rtt: 40, upLoss: 0, downLoss: 0, of: [] };
const picture = { kbps: 500, loss: 0, width: 640, height: 360, fps: 15, inputFps: 15, volume: 0 };

let server: RotundaServer;
let users: Record<'alice' | 'bob', WireClient>;
beforeAll(async () => {
  server = await startTestServer();
  users = { alice: new WireClient(server), bob: new WireClient(server) };
  const room = { roomId: 10_000 };
  await users.alice.enter('alice', { room });
  await users.bob.enter('bob', { room });
  await users.alice.request('quality', path);
  const stoodStill = { ...picture, userId: 'alice', source: 'video', blocked: 2_000 };
  await users.bob.request('quality', { ...path, streams: [stoodStill] });
});
afterAll(() => server.close());

/** Runs the example of an action's page. @returns null if it prints what the page says, else what it printed. */
async function run(action: string): Promise<string | null> {
  const [example] = readDocExamples(`docs/cloud-api/${action}.md`);
  const { finished } = startDocExample(example!, {
    '127.0.0.1:8080': new URL(server.url).host,
    SECRET_ID: APP.cloudApi.secretId,
    SECRET_KEY: APP.cloudApi.secretKey,
  });
  const printed = await finished;
  return isDocOutput(printed, example!) ? null : printed;
}

describe('the examples of the pages on what was', () => {
  it.each([
    'DescribeRoomInfo',
    'DescribeUserInfo',
    'DescribeUserEvent',
    'DescribeScaleInfo',
    'DescribeTRTCRealTimeScaleData',
    'DescribeTRTCRealTimeQualityData',
    'DescribeTrtcUsage',
    'DescribeTrtcRoomUsage',
  ])('%s', async (action) => {
    expect(await run(action)).toBeNull();
  });

  // What clients measure is written some seconds later.
  it.each(['DescribeCallDetailInfo', 'DescribeUnusualEvent'])(
    '%s',
    (action) =>
      expect
        .poll(() => run(action).catch((error: unknown) => String(error)), {
          timeout: 45_000,
          interval: 1_000,
        })
        .toBeNull(),
    60_000,
  );
});
