import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RotundaAdmin } from '@rotunda/admin';
import { FakeClock, silentLog } from '@rotunda/base';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { signedOperation } from '../extensions/signed-operation.contract.ts';
import type { RotundaServer } from '../index.ts';
import { APP, WireClient, startTestServer, tempDataDir } from '../signalling/wire.contract.ts';
import { SqlOutbox } from '../store/outbox.ts';
import { openSqlite } from '../store/sqlite.ts';
import { Callbacks } from './callbacks.ts';
import { RECEIVER_KEY, Receiver } from './receiver.contract.ts';
import { HttpSender } from './sender.ts';

const { sdkAppId } = APP;
const program = fileURLToPath(new URL('../../../../apps/cli/src/main.ts', import.meta.url));
const NUMBERED = ['101 ann', '103 ann 1', '103 ben 1', '104 ann 1', '104 ben 1', '102'];
const NAMED = ['101 cid', '103 cid 1', '104 cid 1', '102'];
const COUNT = NUMBERED.length + NAMED.length;

let receiver: Receiver;
/** Where everything has happened, and nothing was delivered in its time. */
let dead: string;

const apps = () => [{ ...APP, callbacks: { url: receiver.url, key: RECEIVER_KEY } }];

beforeAll(async () => {
  receiver = await new Receiver().listen();
  await receiver.close();
  dead = tempDataDir();
  await comeAndGo();
  await letTheirTimePass();
}, 60_000);
afterAll(() => expect(receiver.faults).toEqual([]));

/** A call and another one, on a server whose receiver is away. */
async function comeAndGo(): Promise<void> {
  const server = await startTestServer({ apps: apps(), dataDir: dead });
  const [ann, ben, cid] = [new WireClient(server), new WireClient(server), new WireClient(server)];
  await ann.enter('ann');
  await ben.enter('ben');
  await cid.enter('cid', { room: { strRoomId: '7' } });
  for (const user of [ann, ben, cid]) await user.request('exit', {});
  await vi.waitFor(async () => {
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain(`rotunda_callbacks_waiting ${COUNT}`);
  }, 10_000);
  await server.close();
}

/** Delivery of the same outbox to the same receiver, which is still away, by a clock that runs fast. */
async function letTheirTimePass(): Promise<void> {
  const database = await openSqlite(join(dead, 'rotunda.db'));
  const outbox = new SqlOutbox(database.db);
  const clock = new FakeClock();
  clock.advance(Date.now() - clock.now());
  const callbacks = new Callbacks({
    apps: [{ sdkAppId, url: receiver.url, key: RECEIVER_KEY, retry: 'trtc' }],
    outbox,
    sender: new HttpSender({ clock }),
    clock,
    log: silentLog,
    newId: () => 'new',
    isOurs: () => true,
    onAttempt: () => undefined,
  });
  await callbacks.start();
  await vi.waitFor(
    async () => {
      clock.advance(1_000);
      expect(await outbox.backlog()).toMatchObject({ waiting: 0, dead: COUNT });
    },
    { timeout: 30_000, interval: 10 },
  );
  await callbacks.close();
  await database.close();
}

/** How an operator or a backend gets at dead letters. */
interface Way {
  /** Ids, in order. */
  readonly list: () => Promise<string[]>;
  /** All, or these. @returns how many */
  readonly replay: (ids?: readonly string[]) => Promise<number>;
}

async function post(server: RotundaServer, name: string, params: object): Promise<unknown> {
  const body = Buffer.from(JSON.stringify({ sdkAppId, ...params }));
  const { url, init } = signedOperation(server.url, name, body);
  return (await fetch(url, init)).json();
}

async function rotunda(server: RotundaServer, ...words: readonly string[]): Promise<string> {
  const { secretId, secretKey } = APP.cloudApi;
  const options = ['--url', server.url, '--app', String(sdkAppId), '--data-dir', tempDataDir()];
  const line = [...words, ...options, '--secret-id', secretId, '--secret-key', secretKey];
  const flags = ['--conditions=source', '--import', 'tsx'];
  const child = spawn(process.execPath, [...flags, program, ...line], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  expect(await once(child, 'close')).toEqual([0, null]);
  return out;
}

const WAYS: Readonly<Record<string, (server: RotundaServer) => Way>> = {
  'the operation over HTTP': (server) => ({
    list: async () => {
      const { letters } = (await post(server, 'listDeadLetters', {})) as { letters: { id: string }[] };
      return letters.map(({ id }) => id);
    },
    replay: async (ids) => {
      const answer = await post(server, 'replayDeadLetters', ids ? { ids } : {});
      return (answer as { replayed: number }).replayed;
    },
  }),
  RotundaAdmin: (server) => {
    const admin = new RotundaAdmin({ url: server.url, ...APP.cloudApi });
    return {
      list: async () => {
        const ids: string[] = [];
        for (let after = 0; ;) {
          const { letters } = await admin.listDeadLetters({ sdkAppId, after, limit: 3 });
          ids.push(...letters.map(({ id }) => id));
          const last = letters.at(-1);
          if (!last) return ids;
          after = last.position;
        }
      },
      replay: async (ids) =>
        (await admin.replayDeadLetters({ sdkAppId, ...(ids && { ids: [...ids] }) })).replayed,
    };
  },
  'the command line': (server) => ({
    list: async () => {
      const out = await rotunda(server, 'callbacks', 'dead');
      if (out === 'No event waits to be replayed.\n') return [];
      const lines = out.trimEnd().split('\n');
      for (const line of lines) expect(line).toMatch(/\t10\d\t.*\d attempts\tconnect ECONNREFUSED/);
      return lines.map((line) => line.split('\t')[0] ?? '');
    },
    replay: async (ids = []) => {
      const out = await rotunda(server, 'callbacks', 'replay', ...ids);
      expect(out).toMatch(/^\d+ events? (is|are) delivered again\.\n$/);
      return Number.parseInt(out, 10);
    },
  }),
};

describe.each(Object.entries(WAYS))('events that were given up, by %s', (_name, way) => {
  let server: RotundaServer;
  beforeEach(async () => {
    receiver.requests.length = 0;
    await receiver.listen();
    const dataDir = tempDataDir();
    cpSync(dead, dataDir, { recursive: true });
    server = await startTestServer({ apps: apps(), dataDir });
  });
  afterEach(async () => {
    await server.close();
    await receiver.close();
  });

  it('are listed and delivered again, in the order of each room, once', async () => {
    const { list, replay } = way(server);
    const ids = await list();
    expect(new Set(ids).size).toBe(COUNT);
    expect(receiver.requests, 'nothing is delivered before it is asked for').toEqual([]);

    expect(await replay(ids.slice(0, 2))).toBe(2);
    await expect.poll(() => receiver.accepted.length).toBe(2);
    expect(await list()).toEqual(ids.slice(2));
    expect(await replay()).toBe(COUNT - 2);
    await expect.poll(() => receiver.accepted.length).toBe(COUNT);
    expect([receiver.summaryOf(7), receiver.summaryOf('7')]).toEqual([NUMBERED, NAMED]);
    const delivered = receiver.requests.map(({ headers }) => String(headers['x-rotunda-event-id']));
    expect(delivered.toSorted()).toEqual(ids.toSorted());

    expect(await list()).toEqual([]);
    expect(await replay()).toBe(0);
    expect(receiver.accepted).toHaveLength(COUNT);
  }, 60_000);
});
