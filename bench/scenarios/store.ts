import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { writeManyCalls } from '@rotunda/server/testing';
import { CloudApiCaller } from '../lib/cloud-api.ts';
import { BENCH_APP } from '../lib/credentials.ts';
import { latencyRow, type BenchContext, type Row, type Scenario } from '../lib/scenario.ts';
import { withServer, type BenchServer } from '../lib/server.ts';
import { LightClient } from '../light/client.ts';

const ROOMS = 30_000;
const STAYS_PER_ROOM = 10;
const LONG_ROOMS = 10;
const STAYS_PER_LONG_ROOM = 500;
/** As long ago as real-time data is told of. */
const LONG_S = 12 * 3600;
/** As much as one request may ask for, of as many streams as clients report. */
const MEASURED = { stays: 6, seconds: 3600, samples: 360, streams: 32 };
const DAY_S = 86_400;
const ASKED_DAYS = 13;
const ROOM = 1009;
/** Less often than an application may ask for its usage of rooms. */
const PAUSE_MS = 250;

/** What backends ask of a past of many calls: how long it takes, and what those who are in a room notice of it. */
export const store: Scenario = {
  name: 'store',
  run: (context) => {
    const now = Math.floor(Date.now() / 1000);
    return withServer((server) => measureAll(context, server, now), {
      furnish: (dataDir) => writeThePast(context, join(dataDir, 'rotunda.db'), now),
    });
  },
};

/** Short calls all the time, some rooms in which many stay for half a day, and a call that was measured all the time. */
async function writeThePast(context: BenchContext, file: string, now: number): Promise<void> {
  const { sdkAppId } = BENCH_APP;
  context.progress('writing the calls of two weeks');
  await writeManyCalls(file, {
    sdkAppId,
    name: 'short',
    rooms: context.runs(ROOMS),
    staysPerRoom: STAYS_PER_ROOM,
    stayMs: 60_000,
    from: (now - ASKED_DAYS * DAY_S) * 1000,
    to: now * 1000,
  });
  await writeManyCalls(file, {
    sdkAppId,
    name: 'long',
    rooms: context.runs(LONG_ROOMS),
    staysPerRoom: STAYS_PER_LONG_ROOM,
    stayMs: (LONG_S - 3600) * 1000,
    from: (now - LONG_S) * 1000,
    to: (now - LONG_S + 60) * 1000,
  });
  await writeManyCalls(file, {
    sdkAppId,
    name: 'measured',
    rooms: 1,
    staysPerRoom: MEASURED.stays,
    stayMs: MEASURED.seconds * 1000,
    measured: MEASURED,
    from: (now - 2 * MEASURED.seconds) * 1000,
    to: now * 1000,
  });
}

async function measureAll(context: BenchContext, server: BenchServer, now: number): Promise<Row[]> {
  const day = (ago: number): string => new Date((now - ago * DAY_S) * 1000).toISOString().slice(0, 10);
  const twoWeeks = { StartTime: now - ASKED_DAYS * DAY_S, EndTime: now };
  const measuredFrom = now - 2 * MEASURED.seconds;
  const questions = [
    ['DescribeScaleInfo', twoWeeks],
    ['DescribeTrtcUsage', { StartTime: day(ASKED_DAYS), EndTime: day(0) }],
    ['DescribeTrtcUsage', { StartTime: day(0.5), EndTime: day(0.5) }, 'of one day'],
    ['DescribeUnusualEvent', { StartTime: now - 3600, EndTime: now }],
    ['DescribeRoomInfo', { StartTime: now - DAY_S, EndTime: now, PageNumber: 0, PageSize: 100 }],
    [
      'DescribeTRTCRealTimeScaleData',
      { SdkAppId: String(BENCH_APP.sdkAppId), StartTime: now - LONG_S + 600, EndTime: now },
    ],
    [
      'DescribeCallDetailInfo',
      {
        CommId: `${BENCH_APP.sdkAppId}_measured-room0_${measuredFrom}`,
        StartTime: measuredFrom,
        EndTime: measuredFrom + MEASURED.seconds,
        DataType: ['all'],
      },
    ],
  ] satisfies [action: string, parameters: object, what?: string][];
  const rows: Row[] = [];
  for (const [action, parameters, what] of questions) {
    const name = what === undefined ? action : `${action} ${what}`;
    context.progress(name);
    rows.push(...(await measure(context, server, { name, action, parameters })));
  }
  return rows;
}

async function measure(
  context: BenchContext,
  server: BenchServer,
  { name, action, parameters }: { name: string; action: string; parameters: object },
): Promise<Row[]> {
  const api = new CloudApiCaller(server.url);
  const toAnswer: number[] = [];
  const toEntry: number[] = [];
  await server.longestHold();
  for (let run = 0; run < context.runs(5); run += 1) {
    const asked = api.call(action, parameters);
    const calledAt = performance.now();
    const member = await LightClient.enter({ serverUrl: server.url, roomId: ROOM, userId: `user${run}` });
    toEntry.push(performance.now() - calledAt);
    const answer = await asked;
    toAnswer.push(answer.answeredAt - answer.calledAt);
    await member.exit();
    await delay(PAUSE_MS);
  }
  const max = await server.longestHold();
  api.close();
  return [
    latencyRow(`${name} to its answer`, toAnswer),
    latencyRow(`${name}: entering meanwhile`, toEntry),
    {
      figure: `${name}: event loop held at most`,
      unit: 'ms',
      values: { max },
      aim: { of: 'max', atMost: 50 },
    },
  ];
}
