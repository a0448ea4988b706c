import { readFileSync } from 'node:fs';
import { EXTENSION_ERRORS } from '@rotunda/protocol/extensions';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RotundaServer } from '../index.ts';
import { APP, WireClient, startTestServer } from '../signalling/wire.contract.ts';
import { isDocOutput, readDocExamples, startDocExample } from '../testing.ts';

const PAGE = 'docs/admin.md';
const [tickets, callbacks, operations, pages, errors] = readDocExamples(PAGE);

let server: RotundaServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

it.each([
  ['tickets', tickets!],
  ['callbacks', callbacks!],
])('the page for backends has an example of %s that works as it stands', async (_topic, example) => {
  const printed = await startDocExample(example).finished;
  expect(isDocOutput(printed, example), printed).toBe(true);
});

it('the page for backends has an example of the operations that works as it stands', async () => {
  const room = { roomId: 10_000 };
  const users = { alice: new WireClient(server), bob: new WireClient(server) };
  await users.alice.enter('alice', { room });
  await users.bob.enter('bob', { room });
  const { finished } = startDocExample(operations!, {
    'http://127.0.0.1:8080': server.url,
    SECRET_ID: APP.cloudApi.secretId,
    SECRET_KEY: APP.cloudApi.secretKey,
  });
  const printed = await finished;
  expect(isDocOutput(printed, operations!), printed).toBe(true);
  for (const { socket } of Object.values(users)) socket.terminate();
});

it.each([
  ['pages', pages!],
  ['errors', errors!],
])('the page for backends has an example of %s that works as it stands', async (_topic, example) => {
  const { finished } = startDocExample(example, {
    'http://127.0.0.1:8080': server.url,
    SECRET_ID: APP.cloudApi.secretId,
    SECRET_KEY: APP.cloudApi.secretKey,
  });
  const printed = await finished;
  expect(isDocOutput(printed, example), printed).toBe(true);
});

it('the page for backends has the table of errors', () => {
  const page = readFileSync(new URL(`../../../../${PAGE}`, import.meta.url), 'utf8');
  const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  for (const [code, { status, when }] of Object.entries(EXTENSION_ERRORS))
    expect(rows).toContainEqual(['', String(status), `\`${code}\``, when, '']);
});
