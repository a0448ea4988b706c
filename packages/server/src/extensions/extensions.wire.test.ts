import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RotundaAdmin, RotundaAdminError } from '@rotunda/admin';
import { EXTENSIONS } from '@rotunda/protocol/extensions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Receiver, RECEIVER_KEY } from '../callbacks/receiver.contract.ts';
import type { RotundaServer } from '../index.ts';
import { APP, WireClient, startTestServer, ticket } from '../signalling/wire.contract.ts';
import { ServedDocument, holdAnswers } from './document.contract.ts';
import { signedOperation } from './signed-operation.contract.ts';

const { sdkAppId } = APP;
const OTHER_APP = {
  sdkAppId: 1_400_000_002,
  secretKey: 'the key of the other one',
  cloudApi: { secretId: 'AKIDother', secretKey: 'other-secret' },
};
const LIVE = 1;
const AUDIENCE = 21;
const ANCHOR = 20;

let receiver: Receiver;
let server: RotundaServer;
let admin: RotundaAdmin;
let document: ServedDocument;
let release: () => void;
beforeAll(async () => {
  receiver = await new Receiver().listen();
  const app = { ...APP, callbacks: { url: receiver.url, key: RECEIVER_KEY } };
  server = await startTestServer({ apps: [app, OTHER_APP] });
  admin = new RotundaAdmin({ url: server.url, ...APP.cloudApi });
  document = await ServedDocument.of(server.url);
  release = holdAnswers(document);
});
afterAll(async () => {
  release?.();
  await server?.close();
  await receiver?.close();
});

async function entered(userId: string, over: object): Promise<WireClient> {
  const client = new WireClient(server);
  await client.enter(userId, over);
  return client;
}

function tryEnter(client: WireClient, userId: string, room: object): Promise<unknown> {
  return client.request('enter', { sdkAppId, userId, userSig: ticket(userId), room, scene: 0, role: ANCHOR });
}

async function codeOf(call: Promise<unknown>): Promise<[code: string, status: number | null]> {
  const error: unknown = await call.then(
    () => new Error('it was done'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof RotundaAdminError)) throw error;
  return [error.code, error.status];
}

describe('rooms and members', () => {
  it('are listed as they are now, page by page', async () => {
    const [one, two] = [{ roomId: 501 }, { strRoomId: 'stand, up' }];
    const users = [
      await entered('ann', { room: one }),
      await entered('ben', { room: one }),
      await entered('host', { room: two, scene: LIVE, role: ANCHOR }),
      await entered('viewer', { room: two, scene: LIVE, role: AUDIENCE }),
    ];
    const { rooms, next } = await admin.listRooms({ sdkAppId });
    expect(next).toBeNull();
    expect(rooms).toMatchObject([
      { room: one, scene: 0, createdBy: 'ann', members: 2, audience: 0 },
      { room: two, scene: LIVE, createdBy: 'host', members: 1, audience: 1 },
    ]);
    const first = await admin.listRooms({ sdkAppId, limit: 1 });
    expect(first.rooms.map(({ room }) => room)).toEqual([one]);
    const second = await admin.listRooms({ sdkAppId, limit: 1, after: first.next ?? '' });
    expect([second.rooms.map(({ room }) => room), second.next]).toEqual([[two], null]);

    const { members } = await admin.listMembers({ sdkAppId, room: two });
    const nothing = { connected: true, blocked: { audio: false, video: false }, streams: [] };
    expect(members).toMatchObject([
      { userId: 'host', role: 'anchor', ...nothing },
      { userId: 'viewer', role: 'audience', ...nothing },
    ]);
    const page = await admin.listMembers({ sdkAppId, room: one, limit: 1 });
    expect([page.members.map(({ userId }) => userId), page.next]).toEqual([['ann'], 'ann']);
    const rest = await admin.listMembers({ sdkAppId, room: one, after: 'ann' });
    expect(rest.members.map(({ userId }) => userId)).toEqual(['ben']);
    for (const { socket } of users) socket.terminate();
  });

  it('of another application are not shown, and of no room there are none', async () => {
    const other = new RotundaAdmin({ url: server.url, ...OTHER_APP.cloudApi });
    expect(await other.listRooms({ sdkAppId: OTHER_APP.sdkAppId })).toEqual({ rooms: [], next: null });
    expect(await codeOf(other.listRooms({ sdkAppId }))).toEqual(['UnauthorizedOperation.SdkAppId', 403]);
    const nowhere = admin.listMembers({ sdkAppId, room: { roomId: 999 } });
    expect(await codeOf(nowhere)).toEqual(['FailedOperation.RoomNotExist', 404]);
  });
});

describe('a removal with a reason', () => {
  it('ends the stay, tells why, and keeps the user out for a time', async () => {
    const room = { roomId: 502 };
    const cid = await entered('cid', { room });
    const dora = await entered('dora', { room });
    const message = 'Please come back <b>tomorrow</b>';
    const removal = { sdkAppId, room, userIds: ['cid', 'cid', 'nobody'], message, blockSeconds: 3_600 };
    expect(await admin.removeUsers(removal)).toEqual({ ended: 1 });
    expect((await cid.event('ended')) as object).toMatchObject({ data: { reason: 'removed', message } });

    const again = new WireClient(server);
    expect(await tryEnter(again, 'cid', room)).toMatchObject({ type: 'error', code: -102_011, message });
    const { blocks } = await admin.listEntryBlocks({ sdkAppId });
    expect(blocks).toMatchObject([
      { userId: 'cid', room, message },
      { userId: 'nobody', room, message },
    ]);
    for (const userId of ['cid', 'nobody'])
      expect(await admin.unblockEntry({ sdkAppId, room, userId })).toEqual({ wasBlocked: true });
    expect(await admin.unblockEntry({ sdkAppId, room, userId: 'cid' })).toEqual({ wasBlocked: false });
    const back = await entered('cid', { room });
    for (const { socket } of [back, dora, again]) socket.terminate();
  });

  it('is refused for a room that does not exist, unless it is to keep users out of it', async () => {
    const removal = { sdkAppId, room: { roomId: 999 }, userIds: ['ann'] };
    expect(await codeOf(admin.removeUsers(removal))).toEqual(['FailedOperation.RoomNotExist', 404]);
    expect(await admin.removeUsers({ ...removal, blockSeconds: 60 })).toEqual({ ended: 0 });
    expect(await admin.unblockEntry({ sdkAppId, room: removal.room, userId: 'ann' })).toEqual({
      wasBlocked: true,
    });
  });
});

describe('a block of entry', () => {
  it('holds in every room of the application, and nowhere else', async () => {
    const now = Date.now();
    const { until } = await admin.blockEntry({ sdkAppId, room: null, userId: 'eve', seconds: 60 });
    expect(until).toBeGreaterThan(now + 55_000);
    const client = new WireClient(server);
    expect(await tryEnter(client, 'eve', { roomId: 503 })).toMatchObject({ code: -102_011 });
    await admin.unblockEntry({ sdkAppId, room: null, userId: 'eve' });
    const eve = await entered('eve', { room: { roomId: 503 } });
    for (const { socket } of [eve, client]) socket.terminate();
  });
});

describe('a list of blocks of entry', () => {
  it('has those first whose block ends first, page by page', async () => {
    const users = ['fay', 'gus', 'hal', 'ida', 'jan'];
    const rooms = [{ roomId: 504 }, null, { strRoomId: '504' }, { roomId: 504 }, { roomId: 504 }];
    for (const [n, userId] of users.entries())
      await admin.blockEntry({ sdkAppId, room: rooms[n]!, userId, seconds: 600 - 100 * n });
    const pages: string[][] = [];
    let after: string | null = null;
    do {
      const page: Awaited<ReturnType<RotundaAdmin['listEntryBlocks']>> = await admin.listEntryBlocks({
        sdkAppId,
        limit: 2,
        ...(after !== null && { after }),
      });
      pages.push(page.blocks.map(({ userId }) => userId));
      // What is lifted in between shifts nothing.
      if (after === null) await admin.unblockEntry({ sdkAppId, room: rooms[4]!, userId: 'jan' });
      after = page.next;
    } while (after !== null);
    expect(pages).toEqual([['jan', 'ida'], ['hal', 'gus'], ['fay']]);
    for (const [n, userId] of users.entries())
      await admin.unblockEntry({ sdkAppId, room: rooms[n]!, userId });
    expect(await admin.listEntryBlocks({ sdkAppId })).toEqual({ blocks: [], next: null });
  });
});

describe('callbacks', () => {
  it('can be tried', async () => {
    const before = receiver.accepted.length;
    const tried = await admin.testCallback({ sdkAppId });
    expect(tried).toMatchObject({ delivered: true, status: 200, error: null, url: receiver.url });
    expect(receiver.accepted.slice(before).map(({ EventType }) => EventType)).toContain(101);
    receiver.mood = 'fails';
    expect(await admin.testCallback({ sdkAppId })).toMatchObject({ delivered: false });
    receiver.mood = 'accepts';
    const other = new RotundaAdmin({ url: server.url, ...OTHER_APP.cloudApi });
    const none = other.testCallback({ sdkAppId: OTHER_APP.sdkAppId });
    expect(await codeOf(none)).toEqual(['InvalidParameterValue', 400]);
  });

  it('that are dead are listed and replayed: here there are none', async () => {
    expect(await admin.listDeadLetters({ sdkAppId })).toEqual({ letters: [] });
    expect(await admin.replayDeadLetters({ sdkAppId })).toEqual({ replayed: 0 });
  });
});

describe('a request that is not in order', () => {
  const signed = (
    name: string,
    body: string,
    how: Parameters<typeof signedOperation>[3] = {},
  ): Record<string, string> => signedOperation(server.url, name, Buffer.from(body), how).init.headers;

  it.each([
    ['nothing signed', () => ({}), 401],
    [
      'another key',
      (name: string, body: string) => signed(name, body, { key: { ...APP.cloudApi, secretKey: 'x' } }),
      401,
    ],
    ['another body', (name: string) => signed(name, '{}'), 401],
    ['the path of another operation', (_: string, body: string) => signed('listEntryBlocks', body), 401],
    [
      'an old signature',
      (name: string, body: string) => signed(name, body, { nowSeconds: Date.now() / 1_000 - 400 }),
      401,
    ],
  ] as const)('is refused with %s', async (_name, headersOf, status) => {
    const body = JSON.stringify({ sdkAppId });
    const headers = headersOf('listRooms', body);
    const response = await fetch(`${server.url}/rotunda/v1/listRooms`, { method: 'POST', body, headers });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      error: { code: expect.any(String), message: expect.any(String) },
    });
  });

  it('is counted: too many of one operation are refused', async () => {
    // One a second, so that they are too many on a slow machine too.
    const strict = await startTestServer({ cloudApiRate: 1 });
    const limited = new RotundaAdmin({ url: strict.url, ...APP.cloudApi });
    const calls = Array.from({ length: 60 }, () => limited.listEntryBlocks({ sdkAppId }));
    const answers = await Promise.allSettled(calls);
    await strict.close();
    const refused = answers.flatMap((answer) =>
      answer.status === 'rejected' ? [answer.reason as unknown] : [],
    );
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ code: 'RequestLimitExceeded', status: 429 });
  });
});

it('can be reached through a proxy that takes a path off', async () => {
  const { port } = new URL(server.url);
  const proxy = createServer((request, response) => {
    const path = request.url?.replace(/^\/trtc(?=\/)/, '') ?? '';
    const { method = '', headers } = request;
    request.pipe(
      httpRequest({ port, path, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      }),
    );
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/trtc/`;
  const through = new RotundaAdmin({ url, ...APP.cloudApi });
  expect(await through.listDeadLetters({ sdkAppId })).toEqual({ letters: [] });
  proxy.close();
});

it('were, each of them, done and answered as the document says', () => {
  const done = [...document.held].filter((answer) => answer.endsWith(' 200'));
  expect(done.toSorted()).toEqual(
    Object.keys(EXTENSIONS)
      .map((name) => `${name} 200`)
      .toSorted(),
  );
});
