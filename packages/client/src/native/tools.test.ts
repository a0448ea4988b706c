import { describe, expect, it } from 'vitest';
import { FakeServer } from '../testing/fake-server.ts';
import { TRTCLogLevel } from './enums.ts';
import { UNSUPPORTED } from './unsupported.ts';
import { createUser } from './user.contract.ts';

const UNSUPPORTED_METHODS = Object.entries(UNSUPPORTED).map(([method, answer]) => ({ method, answer }));

type AnyMethod = (...args: readonly unknown[]) => unknown;

describe('the log', () => {
  it('tells a whole stay to the callback without a ticket or a token', async () => {
    const server = new FakeServer();
    server.addUser('bob', ['video', 'audio']);
    const alice = createUser('alice', server);
    const lines: { line: string; level: number; module: string }[] = [];
    alice.cloud.setLogLevel(TRTCLogLevel.TRTCLogLevelVerbose);
    alice.cloud.setLogCallback((line, level, module) => lines.push({ line, level, module }));
    alice.cloud.enterRoom(
      Object.assign(alice.params(), { userSig: 'SECRET-ticket', privateMapKey: 'SECRET-permission' }),
      0,
    );
    await alice.fake.settle();
    // The fake server's resume token is the id of the stay.
    const token = `"${server.stays[0]?.sessionId}"`;
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    alice.fake.network.breakAll();
    await alice.fake.advance(3_000);
    alice.cloud.exitRoom();
    await alice.fake.settle();
    const text = lines.map(({ line }) => line).join('\n');
    expect(text).not.toMatch(/SECRET/);
    expect(text).not.toContain(token);
    const story = lines.filter(({ level }) => level > 1).map(({ line }) => line.split(/: | \{/)[1]);
    expect(story.filter((line) => !line?.startsWith('the first '))).toEqual([
      'entering a room',
      'entered the room',
      'a user entered',
      'a stream of a user changed',
      'a stream of a user changed',
      'a device delivers',
      'link lost',
      'lost the link to the server',
      'a stream of a user plays, loads or is stopped',
      'trying to reach the server again',
      'the link to the server is back',
      'a stream of a user plays, loads or is stopped',
      'left the room',
    ]);
    expect(new Set(lines.map(({ module }) => module))).toEqual(new Set(['room']));
    expect(alice.fake.printed).toEqual([]);
  });

  it('never breaks the SDK by a callback that throws, and ends with null', async () => {
    const alice = createUser('alice');
    let calls = 0;
    alice.cloud.setLogCallback(() => {
      calls += 1;
      throw new Error('broken page');
    });
    await alice.enter();
    expect(alice.take()[0]).toMatch(/^onEnterRoom [1-9]/);
    const before = calls;
    expect(before).toBeGreaterThan(0);
    alice.cloud.setLogCallback(null);
    alice.cloud.log('unheard');
    expect(calls).toBe(before);
  });

  it('prints to the console on request, and takes lines of the application', () => {
    const alice = createUser('alice');
    alice.cloud.log('before');
    alice.cloud.setConsoleEnabled(true);
    alice.cloud.log('hello');
    alice.cloud.setLogLevel(TRTCLogLevel.TRTCLogLevelNone);
    alice.cloud.log('after');
    expect(alice.fake.printed).toEqual([expect.stringMatching(/ INFO application: hello$/)]);
  });
});

describe('what a browser does not have', () => {
  it.each(UNSUPPORTED_METHODS)('$method warns once, and says so to who waits for a result', async (row) => {
    const { method, answer } = row;
    const alice = createUser('alice');
    const results: unknown[] = [];
    for (const name of [answer.result, answer.taskResult]) {
      if (name) alice.cloud.on(name, (...args: unknown[]) => results.push([name, ...args]));
    }
    const call = Reflect.get(alice.cloud, method) as AnyMethod;
    const returned = call.call(alice.cloud, 'task-1', {});
    call.call(alice.cloud, 'task-1', {});
    expect(alice.told, 'never told from within the call').toEqual([]);
    await alice.fake.settle();
    expect(alice.take()).toEqual([`onWarning -4 … `]);
    const told = answer.taskResult
      ? [answer.taskResult, 'task-1', -4, answer.why]
      : [answer.result, -4, answer.why];
    expect(results).toEqual(told[0] ? [told, told] : []);
    expect(returned === undefined).toBe(answer.returns === undefined);
  });

  it('has plugins that do nothing, and no mixing', () => {
    const { cloud } = createUser('alice');
    const plugin = cloud.addPlugin({ id: 'beauty', path: 'beauty.dll', deviceId: 'cam' });
    expect(plugin).toMatchObject({ id: 'beauty', deviceId: 'cam' });
    expect([plugin.enable(), plugin.disable(), plugin.setParameter('{}')]).toEqual([-4, -4, -4]);
    expect(cloud.getPluginList()).toBeNull();
    expect(cloud.getMediaMixingManager()).toBeNull();
  });
});

describe('rendering', () => {
  it('is switched off and on for all pictures', () => {
    const { cloud, fake } = createUser('alice');
    expect(fake.playback.picturesVisible).toBe(true);
    cloud.setEnableRenderFrame(false);
    expect(fake.playback.picturesVisible).toBe(false);
    cloud.setEnableRenderFrame(true);
    expect(fake.playback.picturesVisible).toBe(true);
  });
});

describe('experimental calls', () => {
  it.each([
    ['no JSON', 'setVideoCodec'],
    ['null', 'null'],
    ['no name', '{"params":{}}'],
    ['a codec that nobody knows', '{"api":"setVideoCodec","params":{"codec":"mpeg"}}'],
    ['no parameters', '{"api":"setVideoCodec"}'],
  ])('%s is an error', async (_what, json) => {
    const alice = createUser('alice');
    alice.cloud.callExperimentalAPI(json);
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onError -2 …']);
  });

  it('an unknown name, or one of what only other platforms have, is a warning', async () => {
    const alice = createUser('alice');
    const warnings: string[] = [];
    alice.cloud.on('onWarning', (_code, message) => warnings.push(message));
    for (const api of ['doMagic', 'doMagic', 'disableLocalRenderFPSOptimization', 'toString']) {
      alice.cloud.callExperimentalAPI(JSON.stringify({ api, params: {} }));
    }
    await alice.fake.settle();
    expect(warnings).toEqual([
      'callExperimentalAPI doMagic: this SDK does not know the call',
      'callExperimentalAPI disableLocalRenderFPSOptimization: a browser chooses by itself how often it shows a picture',
      'callExperimentalAPI toString: this SDK does not know the call',
    ]);
    expect(alice.take()).toEqual(Array(3).fill('onWarning -4 … '));
  });
});
