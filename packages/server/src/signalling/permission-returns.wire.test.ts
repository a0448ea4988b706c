import type { SnapshotMessage } from '@rotunda/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RotundaServer } from '../index.ts';
import {
  APP,
  WireClient,
  permit,
  shortPermit,
  startTestServer,
  tempDataDir,
  ticket,
} from './wire.contract.ts';

const FAST = { heartbeat: 100, linkDead: 400, giveUp: 2_000, goingAway: 500, firstRetry: 100 };
const REQUIRED = [{ ...APP, privateMapKey: 'required' as const }];
const DENIED = -100006;
const ALL = 255;
/** All but to create the room and to send a picture. */
const SOME = ALL - 1 - 16;

let dataDir: string;
let server: RotundaServer;
beforeEach(async () => {
  dataDir = tempDataDir();
  server = await start();
});
afterEach(() => server.close());

function start(apps: Parameters<typeof startTestServer>[0] = { apps: REQUIRED }): Promise<RotundaServer> {
  return startTestServer({ dataDir, timers: FAST, ...apps });
}

async function restart(): Promise<void> {
  await server.close();
  server = await start();
}

/** Bob is in Ann's room with a ticket that has expired meanwhile. */
async function bobWithAnOldTicket() {
  const [ann, bob] = [new WireClient(server), new WireClient(server)];
  await ann.enter('ann', { privateMapKey: permit('ann', ALL) });
  const { ticket: key, expired } = shortPermit('bob', SOME);
  const snapshot = await bob.enter('bob', { privateMapKey: key });
  await expired();
  return { ann, bob, key, snapshot };
}

async function returns(snapshot: SnapshotMessage, privateMapKey?: string) {
  const client = new WireClient(server);
  const { resumeToken } = snapshot;
  const answer = await client.request('resume', {
    resumeToken,
    userSig: ticket('bob'),
    role: 20,
    ...(privateMapKey ? { privateMapKey } : {}),
  });
  return { client, answer };
}

/** Whether the stay may send a picture, which needs no valid parameters to be found out. */
async function mayPublish(client: WireClient, source: string): Promise<boolean> {
  const rtpParameters = {
    codecs: [{ mimeType: 'audio/opus', payloadType: 1, clockRate: 48_000 }],
    encodings: [{}],
  };
  const answer = await client.request('publish', { transportId: 't', source, rtpParameters, muted: false });
  return answer.type !== 'error' || answer.code !== DENIED;
}

describe('a stay whose permission ticket has expired', () => {
  it('goes on after a lost link, with the rights that it had', async () => {
    const { ann, bob, key, snapshot } = await bobWithAnOldTicket();
    bob.socket.terminate();
    const { client, answer } = await returns(snapshot, key);
    expect(answer).toMatchObject({ type: 'response', result: { sessionId: snapshot.sessionId } });
    expect(await mayPublish(client, 'audio')).toBe(true);
    expect(await mayPublish(client, 'video')).toBe(false);
    expect(ann.events.map(({ name }) => name)).toEqual(['userEntered']);
  });

  it('gains nothing by a better ticket that it brings to a link that was lost', async () => {
    const { bob, snapshot } = await bobWithAnOldTicket();
    bob.socket.terminate();
    const { client } = await returns(snapshot, permit('bob', ALL));
    expect(await mayPublish(client, 'video')).toBe(false);
  });

  it('does not return when it has been given up, but with a ticket that is valid', async () => {
    const { ann, bob, key, snapshot } = await bobWithAnOldTicket();
    bob.socket.terminate();
    await ann.event('userLeft');
    for (const [privateMapKey, message] of [
      [key, 'expired'],
      [undefined, 'requires'],
      [permit('bob', ALL, { room: 8 }), 'another room'],
    ] as const) {
      const { answer } = await returns(snapshot, privateMapKey);
      expect(answer).toMatchObject({
        type: 'error',
        code: DENIED,
        message: expect.stringContaining(message),
      });
      expect(answer).not.toHaveProperty('ended');
    }
    const { client, answer } = await returns(snapshot, permit('bob', ALL - 4));
    expect(answer).toMatchObject({ type: 'response' });
    expect(await mayPublish(client, 'audio')).toBe(false);
    expect(await mayPublish(client, 'video')).toBe(true);
  });

  it('returns to a server that was restarted, with the rights that it had, and finds or makes its room', async () => {
    const { snapshot } = await bobWithAnOldTicket();
    await restart();
    const { client, answer } = await returns(snapshot);
    expect(answer).toMatchObject({ type: 'response' });
    expect(await mayPublish(client, 'audio')).toBe(true);
    expect(await mayPublish(client, 'video')).toBe(false);
    const next = (answer as { result: SnapshotMessage }).result;
    await restart();
    expect((await returns(next)).answer, 'once more').toMatchObject({ type: 'response' });
  });

  it('returns also when the server was restarted twice in a row', async () => {
    const { snapshot } = await bobWithAnOldTicket();
    await restart();
    await restart();
    const { client } = await returns(snapshot);
    expect(await mayPublish(client, 'audio')).toBe(true);
  });

  it('does not return to a server that was restarted when it had been given up before', async () => {
    const { ann, bob, snapshot } = await bobWithAnOldTicket();
    bob.socket.terminate();
    await ann.event('userLeft');
    await restart();
    expect((await returns(snapshot)).answer).toMatchObject({ type: 'error', code: DENIED });
  });

  it('does not return when a server in between has waited for it long enough', async () => {
    const { snapshot } = await bobWithAnOldTicket();
    await restart();
    await new Promise((resolve) => setTimeout(resolve, FAST.giveUp));
    await restart();
    expect((await returns(snapshot)).answer).toMatchObject({ type: 'error', code: DENIED });
  });

  it('does not return a second time by the token of before the restart when it has been given up since', async () => {
    const { snapshot } = await bobWithAnOldTicket();
    await restart();
    const { client } = await returns(snapshot);
    client.socket.close(1001);
    await expect.poll(() => server.counts().sessions).toBe(0);
    expect((await returns(snapshot)).answer).toMatchObject({ type: 'error', code: DENIED });
  });

  it('returns a second time by the token of before the restart when its client never learned of the first', async () => {
    const { snapshot } = await bobWithAnOldTicket();
    await restart();
    for (let times = 0; times < 3; times++) {
      const { client } = await returns(snapshot);
      expect(await mayPublish(client, 'audio')).toBe(true);
      client.socket.terminate();
    }
  });

  it('does not return when a restart was longer ago than anybody is waited for', async () => {
    const { snapshot } = await bobWithAnOldTicket();
    await restart();
    await new Promise((resolve) => setTimeout(resolve, FAST.giveUp));
    expect((await returns(snapshot)).answer).toMatchObject({ type: 'error', code: DENIED });
  });

  it('keeps what a newer ticket said when the server is restarted', async () => {
    const { bob } = await bobWithAnOldTicket();
    const { ticket: privateMapKey, expired } = shortPermit('bob', SOME - 4);
    expect(await bob.request('updatePermission', { privateMapKey })).toMatchObject({ type: 'response' });
    const renewed = (await bob.event('resumeToken')).data as SnapshotMessage;
    await expired();
    await restart();
    const { client } = await returns(renewed);
    expect(await mayPublish(client, 'audio')).toBe(false);
  });
});

describe('a stay that may do less than its oldest token says', () => {
  const less = (): string => permit('bob', ALL - 4);

  it.each([
    ['by a newer ticket', 'updatePermission', {}],
    ['by the ticket of a change of role', 'switchRole', { role: 21 }],
  ])('%s may not do more by that one after a restart', async (_, method, params) => {
    const bob = new WireClient(server);
    const snapshot = await bob.enter('bob', { scene: 1, privateMapKey: permit('bob', ALL) });
    const answer = await bob.request(method, { ...params, privateMapKey: less() });
    expect(answer).toMatchObject({ type: 'response' });
    await restart();
    const { client } = await returns(snapshot);
    expect(await mayPublish(client, 'audio')).toBe(false);
  });

  it('by the ticket of its return may not do more by that one after a restart', async () => {
    const bob = new WireClient(server);
    const snapshot = await bob.enter('bob', { privateMapKey: permit('bob', ALL) });
    bob.socket.terminate();
    await expect.poll(() => server.counts().sessions).toBe(0);
    const back = await returns(snapshot, less());
    expect(await mayPublish(back.client, 'audio')).toBe(false);
    await restart();
    expect((await returns(snapshot)).answer, 'the oldest').toMatchObject({ type: 'error', code: DENIED });
    const newest = (back.answer as { result: SnapshotMessage }).result;
    const { client } = await returns(newest);
    expect(await mayPublish(client, 'audio')).toBe(false);
  });
});

it('a stay whose application has begun to require tickets must show one', async () => {
  await server.close();
  server = await start({ apps: [APP] });
  const snapshot = await new WireClient(server).enter('bob');
  await server.close();
  server = await start();
  expect((await returns(snapshot)).answer).toMatchObject({ type: 'error', code: DENIED });
  expect((await returns(snapshot, permit('bob', ALL))).answer).toMatchObject({ type: 'response' });
});
