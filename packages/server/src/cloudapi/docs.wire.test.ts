import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RotundaServer } from '../index.ts';
import { APP, WireClient, startTestServer } from '../signalling/wire.contract.ts';
import { isDocOutput, readDocExamples, startDocExample } from '../testing.ts';
import { ACTIONS } from './registry.ts';

const folder = new URL('../../../../docs/cloud-api/', import.meta.url);
const pageOf = (action: string): string => `docs/cloud-api/${action}.md`;

let server: RotundaServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** Runs the only example of a page against the server. @returns what it printed, if that is what the page says. */
async function run(page: string): Promise<void> {
  const [example] = readDocExamples(page);
  const { finished } = startDocExample(example!, {
    '127.0.0.1:8080': new URL(server.url).host,
    SECRET_ID: APP.cloudApi.secretId,
    SECRET_KEY: APP.cloudApi.secretKey,
  });
  const printed = await finished;
  expect(isDocOutput(printed, example!), `${page} printed:\n${printed}`).toBe(true);
}

/** Alice and bob, in the room of the examples. @returns the reason of their end, when it comes; and whether they are still there. */
async function fill(room: object): Promise<{
  readonly alice: WireClient;
  readonly ended: (user: 'alice' | 'bob') => Promise<unknown>;
}> {
  const users = { alice: new WireClient(server), bob: new WireClient(server) };
  await users.alice.enter('alice', { room });
  await users.bob.enter('bob', { room });
  return {
    alice: users.alice,
    ended: async (user) => ((await users[user].event('ended')) as { data: { reason: string } }).data.reason,
  };
}

describe('the examples of the pages on the Cloud API', () => {
  it('change the endpoint of an SDK', () => run('docs/cloud-api/README.md'));

  it.each([
    ['RemoveUser', { roomId: 10_000 }],
    ['RemoveUserByStrRoomId', { strRoomId: 'standup' }],
  ])('remove a user: %s', async (action, room) => {
    const { ended } = await fill(room);
    await run(pageOf(action));
    expect(await ended('alice')).toBe('removed');
    await run(pageOf(action.replace('RemoveUser', 'DismissRoom')));
    expect(await ended('bob')).toBe('dismissed');
  });

  it.each([
    ['DismissRoom', { roomId: 10_000 }],
    ['DismissRoomByStrRoomId', { strRoomId: 'standup' }],
  ])('dissolve a room: %s', async (action, room) => {
    const { ended } = await fill(room);
    await run(pageOf(action));
    expect([await ended('alice'), await ended('bob')]).toEqual(['dismissed', 'dismissed']);
  });

  it.each([
    ['SetUserBlocked', { roomId: 10_000 }],
    ['SetUserBlockedByStrRoomId', { strRoomId: 'standup' }],
  ])('keep a user from sending: %s', async (action, room) => {
    const { alice } = await fill(room);
    await run(pageOf(action));
    expect((await alice.event('blocked')).data).toEqual({ audio: true, video: true });
  });
});

describe('the pages on the Cloud API', () => {
  it('are one for each action, listed in the index, and each has an example', () => {
    const index = readFileSync(new URL('README.md', folder), 'utf8');
    for (const action of Object.keys(ACTIONS)) {
      expect(index).toContain(`[\`${action}\`](${action}.md)`);
      expect(readDocExamples(pageOf(action)).length).toBeGreaterThan(0);
    }
  });

  it('link to pages that exist', () => {
    for (const page of readdirSync(folder)) {
      const links = readFileSync(new URL(page, folder), 'utf8').matchAll(/\]\(([\w./-]+\.md)\)/g);
      for (const [, target = ''] of links)
        expect(existsSync(new URL(target, folder)), `${page}: ${target}`).toBe(true);
    }
  });
});
