import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RotundaServer } from '../index.ts';
import {
  APP,
  WireClient,
  cloudApi,
  enterSpeaker,
  startTestServer,
  tempDataDir,
} from '../signalling/wire.contract.ts';
import { RECEIVER_KEY, Receiver } from './receiver.contract.ts';

let receiver: Receiver;
beforeEach(async () => {
  receiver = await new Receiver().listen();
});
afterEach(async () => {
  await receiver.close();
  expect(receiver.faults).toEqual([]);
});

const apps = () => [{ ...APP, callbacks: { url: receiver.url, key: RECEIVER_KEY } }];

const secondsSince = (begun: number): number => (performance.now() - begun) / 1_000;

describe('a backend', () => {
  let server: RotundaServer;
  beforeEach(async () => {
    server = await startTestServer({ apps: apps() });
  });
  afterEach(() => server.close());

  const told = (...events: string[]) => expect.poll(() => receiver.summary).toEqual(events);

  it('is told of a call from beginning to end', async () => {
    const before = Date.now();
    const ann = await enterSpeaker(new WireClient(server), 'ann');
    await ann.publish('video', 1_111);
    await ann.publish('audio', 2_222);
    const mute = (muted: boolean) => ann.wire.request('mute', { source: 'audio', muted });
    await mute(true);
    await mute(false);
    await ann.wire.request('unpublish', { source: 'video' });
    const ben = new WireClient(server);
    await ben.enter('ben');
    await ann.wire.request('exit', {});
    await ben.request('exit', {});
    await told(
      '101 ann',
      '103 ann 1',
      '201 ann',
      '203 ann',
      '204 ann 0',
      '203 ann',
      '202 ann 0',
      '103 ben 1',
      '104 ann 1',
      '104 ben 1',
      '102',
    );
    const [created, entered] = receiver.requests;
    const { EventMsTs, EventTs, ...info } = created?.body.EventInfo ?? { EventMsTs: 0, EventTs: 0 };
    expect(info).toEqual({ RoomId: 7, UserId: 'ann' });
    expect(EventMsTs).toBeGreaterThanOrEqual(before - 1_000);
    expect(EventMsTs).toBeLessThanOrEqual(Date.now());
    expect(EventTs).toBe(Math.floor(EventMsTs / 1000));
    expect(created?.body).toMatchObject({ EventGroupId: 1, EventType: 101 });
    expect(Math.abs((created?.body.CallbackTs ?? 0) - Date.now())).toBeLessThan(10_000);
    expect(created?.headers).toMatchObject({
      'content-type': 'application/json',
      sdkappid: String(APP.sdkAppId),
      'x-rotunda-room-version': '1',
    });
    expect(entered?.body.EventInfo).toMatchObject({
      RoomId: 7,
      UserId: 'ann',
      Role: 20,
      TerminalType: 100,
      UserType: 1,
      Reason: 1,
    });
    expect(receiver.accepted.map(({ EventGroupId }) => EventGroupId)).toEqual(
      receiver.accepted.map(({ EventType }) => Math.floor(EventType / 100)),
    );
  });

  it('is not flooded by one who mutes and unmutes without end, nor kept from hearing of others, and knows how it ended', async () => {
    const ann = await enterSpeaker(new WireClient(server), 'ann');
    await ann.publish('audio', 2_222);
    const begun = performance.now();
    const flood = Array.from({ length: 401 }, (_, n) =>
      ann.wire.request('mute', { source: 'audio', muted: n % 2 === 0 }),
    );
    await new WireClient(server).enter('ben');
    await expect.poll(() => receiver.summary).toContain('103 ben 1');
    for (const answer of await Promise.all(flood)) expect(answer).toMatchObject({ type: 'response' });
    await expect.poll(() => receiver.summary.at(-1)).toBe('204 ann 0');
    const changes = receiver.summary.filter((event) => /^20[34] ann/.test(event));
    // One by publishing, twenty at once, and two a second.
    expect(changes.length).toBeLessThanOrEqual(21 + 2 * secondsSince(begun));
    expect(changes).toEqual(changes.map((_, n) => (n % 2 === 0 ? '203 ann' : '204 ann 0')));
  });

  it('is not flooded by one who changes its role without end', async () => {
    const ann = new WireClient(server);
    await ann.enter('ann', { scene: 1 });
    const answers: string[] = [];
    const begun = performance.now();
    for (let n = 0; n < 120; n++) {
      const answer = await ann.request('switchRole', { role: n % 2 === 0 ? 21 : 20 });
      answers.push(answer.type);
    }
    expect(answers.slice(0, 60)).not.toContain('error');
    expect(answers).toContain('error');
    await ann.request('exit', {});
    // Which role was her last depends on time, and with it whether the room ends with her.
    await expect.poll(() => receiver.summary).toContain('104 ann 1');
    const changes = receiver.summary.filter((event) => event.startsWith('105'));
    expect(changes.length).toBeLessThanOrEqual(60 + 5 * secondsSince(begun));
  });

  it('is told of removals, of a newer stay and of a dismissal, in a room with a text for its id', async () => {
    const room = { strRoomId: '7' };
    const [ann, again, ben] = [new WireClient(server), new WireClient(server), new WireClient(server)];
    await ann.enter('ann', { room });
    await again.enter('ann', { room });
    await ben.enter('ben', { room });
    await cloudApi(server, 'RemoveUserByStrRoomId', { RoomId: '7', UserIds: ['ben'] });
    await cloudApi(server, 'DismissRoomByStrRoomId', { RoomId: '7' });
    await told(
      '101 ann',
      '103 ann 1',
      '104 ann 1',
      '103 ann 1',
      '103 ben 1',
      '104 ben 3',
      '104 ann 3',
      '102',
    );
    expect(new Set(receiver.accepted.map(({ EventInfo }) => EventInfo.RoomId))).toEqual(new Set(['7']));
  });

  it('is told of the audience and of changes of role', async () => {
    const live = { scene: 1 };
    const host = new WireClient(server);
    await host.enter('host', live);
    const fan = new WireClient(server);
    await fan.enter('fan', { ...live, role: 21 });
    await fan.request('switchRole', { role: 20 });
    await fan.request('switchRole', { role: 21 });
    await fan.request('exit', {});
    await expect.poll(() => receiver.accepted.length).toBe(6);
    expect(
      receiver.accepted.map(({ EventType, EventInfo }) => [
        EventType,
        'Role' in EventInfo ? EventInfo.Role : null,
      ]),
    ).toEqual([
      [101, null],
      [103, 20],
      [103, 21],
      [105, 20],
      [105, 21],
      [104, 21],
    ]);
    // What is not in the log of the room has no version in it.
    const versions = receiver.requests.map(({ headers }) => headers['x-rotunda-room-version']);
    expect([versions[2], versions[5]]).toEqual([undefined, undefined]);
  });

  it('is told of links between rooms', async () => {
    const [ann, bob] = [new WireClient(server), new WireClient(server)];
    await ann.enter('ann', { room: { roomId: 1 } });
    await bob.enter('bob', { room: { roomId: 2 } });
    await ann.request('connectRoom', { room: { roomId: 2 }, userId: 'bob' });
    await ann.request('disconnectRoom', {});
    await expect.poll(() => receiver.accepted.length).toBe(8);
    expect(receiver.summaryOf(1)).toEqual(['101 ann', '103 ann 1', '103 bob 4', '104 bob 4']);
    expect(receiver.summaryOf(2)).toEqual(['101 bob', '103 bob 1', '103 ann 4', '104 ann 4']);
  });

  it('is not needed: rooms go on while it stalls, and it has its say in the metrics', async () => {
    receiver.mood = 'stalls';
    const ann = new WireClient(server);
    await ann.enter('ann');
    await expect.poll(() => receiver.requests.length).toBeGreaterThan(0);
    const start = performance.now();
    for (let n = 0; n < 10; n++) {
      const ben = new WireClient(server);
      await ben.enter('ben');
      await ben.request('exit', {});
    }
    expect(performance.now() - start).toBeLessThan(4_000);
    const metrics = async () => (await fetch(`${server.url}/metrics`)).text();
    await expect.poll(metrics).toContain('rotunda_callbacks_waiting 22');
    expect(await metrics()).toMatch(/rotunda_callbacks_oldest_age_seconds [\d.]+/);
  });
});

describe('a server that is killed with -9 between an event and its delivery', () => {
  const program = fileURLToPath(new URL('./crash-server.contract.ts', import.meta.url));
  const processes = new Set<ChildProcess>();
  afterEach(() => {
    for (const child of processes) child.kill('SIGKILL');
  });

  async function start(
    dataDir: string,
  ): Promise<{ url: string; end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> }> {
    const options = { port: 0, workers: 1, announcedAddress: '127.0.0.1', dataDir, apps: apps(), dev: true };
    const child = spawn(
      process.execPath,
      ['--conditions=source', '--import', 'tsx', program, JSON.stringify({ ...options, logLevel: 'silent' })],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    processes.add(child);
    const exited = once(child, 'exit').then(() => void processes.delete(child));
    const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return {
      url,
      end: async (signal) => {
        child.kill(signal);
        await exited;
      },
    };
  }

  it('delivers after its restart, and says that those who were in have left and their room is over', async () => {
    const dataDir = tempDataDir();
    receiver.mood = 'fails';
    const first = await start(dataDir);
    const [ann, fan] = [new WireClient(first), new WireClient(first)];
    const snapshot = await ann.enter('ann', { scene: 1 });
    await fan.enter('fan', { scene: 1, role: 21 });
    // All of it is on disk when the last of it can be seen in the metrics.
    await expect
      .poll(async () => (await fetch(`${first.url}/metrics`)).text())
      .toContain('rotunda_callbacks_waiting 3');
    await first.end('SIGKILL');
    expect(receiver.accepted).toEqual([]);
    receiver.mood = 'accepts';
    const second = await start(dataDir);
    const ended = ['101 ann', '103 ann 1', '103 fan 1', '104 ann 2', '104 fan 2', '102'];
    await expect.poll(() => receiver.summary).toEqual(ended);
    // She comes back by herself: that is a new stay, after the old one had been given up.
    const back = new WireClient(second);
    await back.resume(snapshot, 'ann');
    await expect.poll(() => receiver.summary.slice(6)).toEqual(['101 ann', '103 ann 3']);
    await second.end('SIGTERM');
    const third = await start(dataDir);
    await expect.poll(() => receiver.summary.slice(8)).toEqual(['104 ann 2', '102']);
    await third.end('SIGTERM');
    const ids = receiver.requests
      .filter(({ mood }) => mood === 'accepts')
      .map(({ headers }) => headers['x-rotunda-event-id']);
    expect(new Set(ids).size).toBe(ids.length);
  }, 60_000);
});
