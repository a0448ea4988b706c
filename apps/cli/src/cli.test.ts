import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RotundaAdmin } from '@rotunda/admin';
import { startServer, type RotundaServer } from '@rotunda/server';
import { reservePort } from '@rotunda/server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPLICATION, rotunda, type Ran } from './process.contract.ts';

let dataDir: string;
let receiver: Server;
let accepts: boolean;
let server: RotundaServer;
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'rotunda-cli-'));
  writeFileSync(join(dataDir, 'credentials.json'), JSON.stringify(APPLICATION));
  accepts = true;
  receiver = createServer((request, response) => {
    request.resume();
    response.writeHead(accepts ? 200 : 500).end();
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  server = await startServer({
    port: 0,
    workers: 1,
    dataDir,
    apps: [{ ...APPLICATION, callbacks: { url, key: 'CALLBACKKEY' } }],
    logLevel: 'silent',
  });
});
afterAll(async () => {
  await server?.close();
  receiver?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** With the address of the server, and what it made. */
const here = (...line: readonly string[]): Promise<Ran> =>
  rotunda(...line, '--url', server.url, '--data-dir', dataDir);

describe('rotunda', () => {
  it('says what there is, and what is wrong, as a process', async () => {
    expect(await rotunda('--help')).toMatchObject({ out: expect.stringContaining('rotunda rooms'), code: 0 });
    const wrong = 'Nothing follows this command.\nrotunda --help says what there is.\n';
    expect(await here('rooms', '5')).toEqual({ out: '', error: wrong, code: 2 });
  });

  it('lists rooms, and says of one that is not there that it is not', async () => {
    expect(await here('rooms')).toEqual({ out: 'No room is open.\n', error: '', code: 0 });
    const { error, code } = await here('members', '100');
    expect({ error, code }).toEqual({
      error: 'The room does not exist. (FailedOperation.RoomNotExist)\n',
      code: 1,
    });
  });

  it('tries the receiver of callbacks, and says whether it took the event', async () => {
    const good = await here('callbacks', 'test');
    expect(good.out).toMatch(/^Delivered to http:\S+ after \d+ ms: status 200\n$/);
    expect(good.code).toBe(0);
    accepts = false;
    const bad = await here('callbacks', 'test');
    expect(bad.out).toMatch(/^Not delivered to .*: /);
    expect(bad.code).toBe(1);
    accepts = true;
  });

  it('lists and replays dead letters: there are none', async () => {
    expect((await here('callbacks', 'dead')).out).toBe('No event waits to be replayed.\n');
    expect((await here('callbacks', 'replay')).out).toBe('0 events are delivered again.\n');
  });

  it('lists who may not enter', async () => {
    expect((await here('blocks')).out).toBe('Everybody may enter.\n');
    const { sdkAppId, cloudApi } = APPLICATION;
    const admin = new RotundaAdmin({ url: server.url, ...cloudApi });
    const block = (userId: string, room: { strRoomId: string } | null, message: string) =>
      admin.blockEntry({ sdkAppId, room, userId, seconds: 60, message });
    const ann = await block('ann', { strRoomId: '7' }, 'Not\ttoday,\nplease.');
    const ben = await block('ben', null, '');
    const until = ({ until: end }: { until: number }): string => `until ${new Date(end).toISOString()}`;
    expect((await here('blocks')).out).toBe(
      `ann\troom str:7\t${until(ann)}\tNot today, please.\nben\tevery room\t${until(ben)}\n`,
    );
  });

  it('says of a server that is not there that it does not answer', async () => {
    const address = `127.0.0.1:${await reservePort()}`;
    const { error, code } = await rotunda('rooms', '--url', `http://${address}`, '--data-dir', dataDir);
    expect({ error, code }).toEqual({
      error: `The server at http://${address} does not answer: connect ECONNREFUSED ${address}. (Unreachable)\n`,
      code: 1,
    });
  });
});
