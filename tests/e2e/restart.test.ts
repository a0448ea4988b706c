import { rm } from 'node:fs/promises';
import { PostgresServer, reservePort } from '@rotunda/server/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { expectReleased, inCall } from './support/expectations.ts';
import { Network } from './support/network.ts';
import { STREAM, type Participant } from './support/participant.ts';
import { gain } from './support/reception.ts';
import { ServerProcess, type ServerProcessOptions } from './support/server-process.ts';
import { Stage, temporaryDirectory } from './support/stage.ts';

const TIMERS = { heartbeat: 300, linkDead: 1_000, firstRetry: 200, maxRetry: 500, giveUp: 8_000 };

let options: ServerProcessOptions;
let server: ServerProcess;
let stage: Stage;

describe.each([
  ['SQLite', () => null],
  ['PostgreSQL', () => PostgresServer.start()],
])('with %s', (_, startDatabase) => {
  let database: PostgresServer | null = null;
  beforeAll(async () => {
    database = await startDatabase();
    const databaseUrl = await database?.createDatabase();
    options = { port: await reservePort(), dataDir: await temporaryDirectory(), timers: TIMERS, databaseUrl };
    server = await ServerProcess.start(options);
    stage = await Stage.around(server.url, async () => {
      await server.kill();
      await rm(options.dataDir, { recursive: true, force: true });
    });
  });
  afterEach(() => stage.clear());
  afterAll(async () => {
    await stage?.close();
    await database?.stop();
  });

  describe('a server that is stopped and started again', () => {
    it('gets its users back by themselves', async () => {
      const [alice, bob] = await stage.users('alice', 'bob');
      await inCall(stage.room(), [alice, bob]);
      const marks = await Promise.all([alice, bob].map((user) => user.last()));
      await server.stop();
      server = await ServerProcess.start(options);
      await Promise.all(
        [alice, bob].map((user, index) => user.waitFor('onConnectionRecovery', [], { after: marks[index] })),
      );
      await Promise.all([alice.watch('bob'), bob.watch('alice')]);
      await Promise.all([alice.hears(1), bob.hears(1)]);
      for (const user of [alice, bob]) {
        expect((await user.journal()).map(({ name }) => name)).not.toContain('onExitRoom');
      }
    });
  });

  describe('a server that is killed with -9 and started again', () => {
    /** Until these users, who are in a room, are back in it. @returns the last of each journal before */
    async function killAndStart(alice: Participant, bob: Participant) {
      const marks = await Promise.all([alice, bob].map((user) => user.last()));
      await server.kill();
      await alice.waitFor('onConnectionLost', [], { after: marks[0] });
      server = await ServerProcess.start(options);
      await Promise.all(
        [alice, bob].map((user, index) => user.waitFor('onConnectionRecovery', [], { after: marks[index] })),
      );
      return marks;
    }

    it('gets its users back by themselves, but not those who were removed or dismissed', async () => {
      const [room, dismissedRoom] = [stage.room(), stage.room()];
      const network = await Network.open(server.url);
      const [alice, bob, removed] = await stage.users('alice', 'bob', 'carol');
      const removedWhileAway = await stage.user('dave', { via: network.url });
      const dismissedWhileAway = await stage.user('erin', { via: network.url });
      await inCall(room, [alice, bob]);
      await Promise.all([removed.enter({ room }), removedWhileAway.enter({ room })]);
      await dismissedWhileAway.enter({ room: dismissedRoom });
      await stage.api.removeUser(room, 'carol');
      await expectReleased(removed, 1);
      await network.cut();
      await stage.api.removeUser(room, 'dave');
      await stage.api.dismissRoom(dismissedRoom);

      await killAndStart(alice, bob);
      await Promise.all([alice.watch('bob'), bob.watch('alice')]);
      await Promise.all([alice.hears(1), bob.hears(1)]);

      await network.restore();
      await Promise.all([expectReleased(removedWhileAway, 1), expectReleased(dismissedWhileAway, 2)]);
      const newcomer = await stage.user('frank');
      await newcomer.enter({ room });
      await Promise.all(
        ['alice', 'bob'].map((userId) => newcomer.waitFor('onRemoteUserEnterRoom', [userId])),
      );
      const met = (await newcomer.journal()).filter(({ name }) => name === 'onRemoteUserEnterRoom');
      expect(new Set(met.map(({ args }) => args[0]))).toEqual(new Set(['alice', 'bob']));
      for (const user of [alice, bob]) {
        expect((await user.journal()).map(({ name }) => name)).not.toContain('onExitRoom');
      }
      await expectReleased(removed, 1);
      await stage.clear();
      await network.close();
    });

    it('shows nobody the pictures of a user who was blocked, until that is lifted', async () => {
      const [alice, bob] = await stage.users('alice', 'bob');
      const room = stage.room();
      await inCall(room, [alice, bob]);
      await stage.api.setUserBlocked(room, 'alice', 3);
      const marks = await killAndStart(alice, bob);
      await Promise.all([alice.watch('bob'), bob.hears(1)]);
      await bob.call('startRemoteView', 'alice', { view: 'alice-main' }, STREAM.big);
      const { frames, bytes } = await gain(bob, 'alice');
      expect(frames).toBe(0);
      expect(bytes, 'her sound').toBeGreaterThan(0);
      expect(
        (await bob.journal()).filter(
          ({ name, args, seq }) => name === 'onUserVideoAvailable' && args[1] === 1 && seq > marks[1]!.seq,
        ),
      ).toEqual([]);
      await stage.api.setUserBlocked(room, 'alice', 0);
      await bob.waitFor('onUserVideoAvailable', ['alice', 1], { after: marks[1] });
      await bob.sees('alice');
    });
  });
});
