import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { APPLICATION, privateMapKey } from './support/application.ts';
import { expectReleased, expectToldOfLeave, line, presenceOf } from './support/expectations.ts';
import { Network } from './support/network.ts';
import { ROLE, SCENE, viewOf, type EnterRequest, type Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

const DENIED = -100006;
const ALL = 255;
const [SEND_AUDIO, SEND_VIDEO, RECEIVE_VIDEO] = [4, 16, 32];

let stage: Stage;
let network: Network;
beforeAll(async () => {
  stage = await Stage.open({ privateMapKey: 'required' });
  network = await Network.open(stage.serverUrl);
});
afterEach(() => stage.clear());
afterAll(async () => {
  await network?.close();
  await stage?.close();
});

/** How to enter a room with these privileges. */
function enterWith(
  who: Participant,
  room: number,
  privileges: number,
  over: Partial<EnterRequest> = {},
): EnterRequest {
  return { room, privateMapKey: privateMapKey(who.userId, room, privileges), ...over };
}

async function update(who: Participant, key: string): Promise<void> {
  const call = { api: 'updatePrivateMapKey', params: { privateMapKey: key } };
  await who.call('callExperimentalAPI', JSON.stringify(call));
}

async function errors(who: Participant): Promise<unknown[]> {
  return (await who.journal()).filter(({ name }) => name === 'onError').map(({ args }) => args[0]);
}

async function framesDecoded(who: Participant): Promise<number> {
  return (await who.arriving()).reduce((sum, { framesDecoded: frames }) => sum + frames, 0);
}

describe('a user with a permission ticket', () => {
  it('is not let in without one, or with one of another room', async () => {
    const alice = await stage.user('alice');
    const room = stage.room();
    for (const request of [{ room }, enterWith(alice, stage.room(), ALL, { room })]) {
      const after = await alice.last();
      await alice.startEntering(request);
      await alice.waitFor('onEnterRoom', [DENIED], { after });
      await alice.waitFor('onError', [DENIED], { after });
    }
    await alice.enter(enterWith(alice, room, ALL));
  });

  it('that may not receive pictures hears, and sees none until it may', async () => {
    const [alice, bob, carol] = await stage.users('alice', 'bob', 'carol');
    const room = stage.room();
    await alice.enterTalking(enterWith(alice, room, ALL));
    await bob.enter(enterWith(bob, room, ALL - RECEIVE_VIDEO));
    await carol.enter(enterWith(carol, room, ALL));
    await bob.waitFor('onUserVideoAvailable', ['alice', 1]);
    await bob.call('startRemoteView', 'alice', { view: viewOf('alice', 0) }, 0);
    await bob.waitFor('onError', [DENIED]);
    await carol.watch('alice');
    await bob.hears(1);
    expect(await framesDecoded(carol)).toBeGreaterThan(0);
    expect(await framesDecoded(bob)).toBe(0);
    expect(await bob.received('alice')).toBeUndefined();
    expect(await errors(bob)).toEqual([DENIED]);

    await update(bob, privateMapKey('bob', room, ALL));
    await bob.sees('alice');
    expect(await errors(bob)).toEqual([DENIED]);

    const mark = await bob.last();
    await update(bob, privateMapKey('bob', room, ALL - RECEIVE_VIDEO));
    await bob.waitFor('onError', [DENIED], { after: mark });
    await until('the picture is gone', async () => (await bob.received('alice')) === undefined);
    await bob.hears(1);
    await carol.sees('alice');
  });

  it('that may not send is told so, and nobody else is told anything until it may', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    await alice.enter(enterWith(alice, room, ALL));
    await bob.call('startLocalPreview', { view: 'self' });
    await bob.call('startLocalAudio', 2);
    await bob.enter(enterWith(bob, room, ALL - SEND_AUDIO - SEND_VIDEO));
    await until('both are refused', async () => (await errors(bob)).length === 2);
    expect(await errors(bob)).toEqual([DENIED, DENIED]);
    expect(await presenceOf(alice, 'bob')).toEqual([['onRemoteUserEnterRoom', 'bob']]);

    await update(bob, privateMapKey('bob', room, ALL - SEND_VIDEO));
    await alice.waitFor('onUserAudioAvailable', ['bob', 1]);
    await alice.hears(1);
    await until('the picture is refused again', async () => (await errors(bob)).length === 3);
    expect(await presenceOf(alice, 'bob')).toEqual([
      ['onRemoteUserEnterRoom', 'bob'],
      ['onUserAudioAvailable', 'bob', 1],
    ]);
    expect(await bob.liveTracks(), 'what is captured goes on').toBe(2);
  });

  it('that has expired meanwhile is in the room as before after a lost link', async () => {
    const alice = await stage.user('alice');
    const bob = await stage.user('bob', { via: network.url });
    const room = stage.room();
    await alice.enter(enterWith(alice, room, ALL));
    const key = privateMapKey('bob', room, ALL - SEND_VIDEO, { expireSeconds: 4 });
    const expiresAt = Date.now() + 4_000;
    await bob.call('startLocalAudio', 2);
    await bob.enter({ room, privateMapKey: key });
    await alice.hears(1);
    await until('the ticket has expired', () => Date.now() > expiresAt);
    const [mark, witness] = [await bob.last(), await alice.last()];
    network.drop();
    await bob.waitFor('onConnectionRecovery', [], { after: mark });
    await bob.call('startLocalPreview', { view: 'self' });
    await bob.waitFor('onError', [DENIED], { after: mark });
    await bob.call('muteLocalAudio', true);
    await alice.waitFor('onUserAudioAvailable', ['bob', 0], { after: witness });
    expect((await presenceOf(alice, 'bob', witness)).map(([name]) => name)).toEqual(['onUserAudioAvailable']);
  });
});

describe('a permission ticket that is shown again', () => {
  async function liveRoom(): Promise<{ room: number; anchor: Participant; bob: Participant }> {
    const [anchor, bob] = await stage.users('anchor', 'bob');
    const room = stage.room();
    await anchor.enterTalking(enterWith(anchor, room, ALL, { scene: SCENE.live }));
    return { room, anchor, bob };
  }

  it('removes an audience member who wants to be anchor without a good one; nobody knew of it', async () => {
    const { room, anchor, bob } = await liveRoom();
    await bob.enter(enterWith(bob, room, ALL, { scene: SCENE.live, role: ROLE.audience }));
    await bob.watch('anchor');
    const mark = await bob.last();
    await bob.call('switchRole', ROLE.anchor, 'no ticket at all');
    await expectReleased(bob, 1, mark);
    const ending = (await bob.since(mark)).filter(({ name }) => /onSwitchRole|onError|onExit/.test(name));
    expect(ending.map((entry) => line(entry).slice(0, 2))).toEqual([
      ['onSwitchRole', DENIED],
      ['onError', DENIED],
      ['onExitRoom', 1],
    ]);
    expect(await presenceOf(anchor, 'bob')).toEqual([]);
    await bob.enter(enterWith(bob, room, ALL, { scene: SCENE.live, role: ROLE.audience }));
  });

  it('removes an anchor who changes role with a bad one, and the others see it leave with reason 2', async () => {
    const { room, anchor, bob } = await liveRoom();
    await bob.enterTalking(enterWith(bob, room, ALL, { scene: SCENE.live }));
    await anchor.waitFor('onUserVideoAvailable', ['bob', 1]);
    await anchor.waitFor('onUserAudioAvailable', ['bob', 1]);
    await anchor.watch('bob');
    const [mark, witness] = [await bob.last(), await anchor.last()];
    await bob.call('switchRole', ROLE.audience, privateMapKey('bob', room + 1, ALL));
    await expectReleased(bob, 1, mark);
    await expectToldOfLeave(anchor, 'bob', 2, witness);
  });

  it('makes an anchor of who has a good one', async () => {
    const { room, anchor, bob } = await liveRoom();
    await bob.enter(enterWith(bob, room, 2, { scene: SCENE.live, role: ROLE.audience }));
    await bob.call('startLocalPreview', { view: 'self' });
    await bob.call('switchRole', ROLE.anchor, privateMapKey('bob', room, ALL));
    await bob.waitFor('onSwitchRole', [0]);
    await anchor.waitFor('onUserVideoAvailable', ['bob', 1]);
    await anchor.watch('bob');
    await bob.watch('anchor');
  });
});

describe('docs/private-map-key.md', () => {
  /** The examples of a page, in order. */
  async function examples(language: string): Promise<readonly string[]> {
    const page = await readFile(new URL('../../docs/private-map-key.md', import.meta.url), 'utf8');
    return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(
      ([, code = '']) => code,
    );
  }

  /** Runs the backend's example as it stands, where its package can be found. */
  async function makeTickets(code: string, ...given: unknown[]): Promise<unknown> {
    const folder = await mkdtemp(join(tmpdir(), 'rotunda-docs-'));
    try {
      await symlink(
        fileURLToPath(new URL('../../node_modules', import.meta.url)),
        join(folder, 'node_modules'),
      );
      await writeFile(join(folder, 'backend.mjs'), code);
      const call = `import { ticketsFor } from './backend.mjs';
        console.log(JSON.stringify(ticketsFor(...${JSON.stringify(given)})));`;
      await writeFile(join(folder, 'call.mjs'), call);
      const env = { ...process.env, SECRET_KEY: APPLICATION.secretKey };
      const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'call.mjs')], { env });
      return JSON.parse(stdout);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  it('has examples that work as they stand', async () => {
    const [[settings = ''], [backend = '', page = '']] = [await examples('json'), await examples('js')];
    expect(JSON.parse(settings)).toMatchObject([
      { sdkAppId: APPLICATION.sdkAppId, privateMapKey: 'required' },
    ]);
    const roomId = stage.room();
    const listener = await stage.user('anybody');
    await listener.enter(enterWith(listener, roomId, ALL));
    for (const [maySpeak, outcome] of [
      [true, ['entered']],
      [false, ['entered', `error ${DENIED}`]],
    ] as const) {
      const tickets = await makeTickets(backend, 'reader', roomId, maySpeak);
      const plain = await stage.plainPage();
      const lines: string[] = [];
      plain.on('console', (message) => lines.push(message.text()));
      const mark = await listener.last();
      await plain.evaluate((given) => void Object.assign(globalThis, given), {
        userId: 'reader',
        roomId,
        tickets,
      });
      await plain.addScriptTag({ content: page });
      await until('the example says how it went', () => lines.length >= outcome.length);
      expect(lines.map((text) => text.split(':')[0])).toEqual(outcome);
      if (maySpeak) await listener.waitFor('onUserAudioAvailable', ['reader', 1], { after: mark });
      await plain.close();
      await listener.waitFor('onRemoteUserLeaveRoom', ['reader'], { after: mark });
    }
  });
});
