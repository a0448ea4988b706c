import { join } from 'node:path';
import { NOT_BLOCKED, type Blocked, type SnapshotMessage } from '@rotunda/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RotundaServer } from '../index.ts';
import { vp8 } from '../media/harness.contract.ts';
import { SqlKeptStays } from '../store/kept-stays.ts';
import { openSqlite } from '../store/sqlite.ts';
import { WireClient, cloudApi, startTestServer, tempDataDir, ticket } from './wire.contract.ts';

const FAST = { heartbeat: 100, linkDead: 400, giveUp: 600, goingAway: 300, firstRetry: 100 };
const ALL: Blocked = { audio: true, video: true };
const VIDEO: Blocked = { audio: false, video: true };

let dataDir: string;
let server: RotundaServer;
beforeEach(async () => {
  dataDir = tempDataDir();
  server = await start();
});
afterEach(() => server.close());

function start(): Promise<RotundaServer> {
  return startTestServer({ dataDir, timers: FAST });
}

async function restart(): Promise<void> {
  await server.close();
  server = await start();
}

async function block(userId: string, IsMute: number): Promise<void> {
  const answer = await cloudApi(server, 'SetUserBlocked', { RoomId: 7, UserId: userId, IsMute });
  expect(answer).not.toHaveProperty('Error');
}

async function returns(snapshot: SnapshotMessage, userId = 'ann') {
  const wire = new WireClient(server);
  const answer = await wire.resume(snapshot, userId);
  if (answer.type === 'error') throw new Error(`refused: ${answer.code} ${answer.message}`);
  return { wire, snapshot: answer.result as SnapshotMessage };
}

/** What the others are told of a picture that the user publishes: whether it is muted. */
async function mutedForOthers({ snapshot, wire }: Awaited<ReturnType<typeof returns>>): Promise<unknown> {
  const witness = new WireClient(server);
  await witness.enter('witness');
  const { transportId } = snapshot.transports!.send!;
  const rtpParameters = vp8([{ ssrc: 22 }], '22');
  const answer = await wire.request('publish', { transportId, source: 'video', rtpParameters, muted: false });
  expect(answer).toMatchObject({ type: 'response' });
  const { data } = await witness.event('streamStarted');
  return (data as { muted: boolean }).muted;
}

/** The only user of the room is cut off and given up: the room is gone. */
async function loseEverybody({ socket }: WireClient): Promise<void> {
  socket.terminate();
  await expect.poll(() => server.counts().rooms).toBe(0);
}

describe('a stay that returns to a server that was restarted', () => {
  it('is blocked as it was, and the others see nothing of what it sends', async () => {
    const snapshot = await new WireClient(server).enter('ann');
    await block('ann', 3);
    await restart();
    const back = await returns(snapshot);
    expect(back.snapshot.blocked).toEqual(VIDEO);
    expect(await mutedForOthers(back)).toBe(true);
  });

  it('is not blocked when that was lifted before', async () => {
    const snapshot = await new WireClient(server).enter('ann');
    await block('ann', 1);
    await block('ann', 0);
    await restart();
    const back = await returns(snapshot);
    expect(back.snapshot.blocked).toEqual(NOT_BLOCKED);
    expect(await mutedForOthers(back)).toBe(false);
  });

  it('is blocked after each of several restarts, and until it is unblocked', async () => {
    let snapshot = await new WireClient(server).enter('ann');
    await block('ann', 1);
    for (let times = 0; times < 2; times++) {
      await restart();
      ({ snapshot } = await returns(snapshot));
      expect(snapshot.blocked).toEqual(ALL);
    }
    await block('ann', 0);
    await restart();
    expect((await returns(snapshot)).snapshot.blocked).toEqual(NOT_BLOCKED);
  });

  it('is blocked in the audience, and when it becomes anchor', async () => {
    const live = { scene: 1, role: 21 };
    await new WireClient(server).enter('host', { scene: 1 });
    const snapshot = await new WireClient(server).enter('ann', live);
    await block('ann', 2);
    await restart();
    const back = new WireClient(server);
    const { resumeToken } = snapshot;
    const answer = await back.request('resume', { resumeToken, userSig: ticket('ann'), role: 21 });
    expect(answer).toMatchObject({ type: 'response', result: { blocked: { audio: true, video: false } } });
  });

  it('is another one than a new entry of the user, which is not blocked', async () => {
    await new WireClient(server).enter('ann');
    await block('ann', 1);
    await restart();
    expect((await new WireClient(server).enter('ann')).blocked).toEqual(NOT_BLOCKED);
  });
});

describe('a stay whose room ended while its link was lost', () => {
  it('is blocked when it returns', async () => {
    const wire = new WireClient(server);
    const snapshot = await wire.enter('ann');
    await block('ann', 1);
    await loseEverybody(wire);
    const back = await returns(snapshot);
    expect(back.snapshot.blocked).toEqual(ALL);
    expect(await mutedForOthers(back)).toBe(true);
  });

  it('is not blocked when that was lifted before', async () => {
    const wire = new WireClient(server);
    const snapshot = await wire.enter('ann');
    await block('ann', 1);
    await block('ann', 0);
    await loseEverybody(wire);
    expect((await returns(snapshot)).snapshot.blocked).toEqual(NOT_BLOCKED);
  });
});

describe('a stay whose client never learned that it had returned', () => {
  it('is blocked when it returns again from the stay before', async () => {
    const snapshot = await new WireClient(server).enter('ann');
    await block('ann', 1);
    await restart();
    const unheard = await returns(snapshot);
    await loseEverybody(unheard.wire);
    expect((await returns(snapshot)).snapshot.blocked).toEqual(ALL);
  });

  it('is blocked when it returns again in place of the first return, and after a restart', async () => {
    const snapshot = await new WireClient(server).enter('ann');
    await block('ann', 1);
    await restart();
    await returns(snapshot);
    const again = await returns(snapshot);
    expect(again.snapshot.blocked).toEqual(ALL);
    await restart();
    expect((await returns(again.snapshot)).snapshot.blocked).toEqual(ALL);
  });

  it('is not blocked when that was lifted after the first return', async () => {
    const snapshot = await new WireClient(server).enter('ann');
    await block('ann', 1);
    await restart();
    await returns(snapshot);
    await block('ann', 0);
    expect((await returns(snapshot)).snapshot.blocked, 'in place of the other').toEqual(NOT_BLOCKED);
    await restart();
    expect((await returns(snapshot)).snapshot.blocked, 'after a restart').toEqual(NOT_BLOCKED);
  });
});

it('a block is on disk when it is answered', async () => {
  const { sessionId } = await new WireClient(server).enter('ann');
  await block('ann', 3);
  const { db, close } = await openSqlite(join(dataDir, 'rotunda.db'));
  expect(await new SqlKeptStays(db).find(sessionId)).toMatchObject({ blocked: VIDEO });
  await close();
});
