import { join } from 'node:path';
import { expect, it } from 'vitest';
import { APP, WireClient, enterSpeaker, startTestServer, tempDataDir } from '../signalling/wire.contract.ts';
import { openSqlite } from '../store/sqlite.ts';

it('keeps who was in which room, with what is known of the client, and what happened there', async () => {
  const dataDir = tempDataDir();
  const server = await startTestServer({ dataDir });
  const ann = await enterSpeaker(new WireClient(server), 'ann', {
    scene: 1,
    client: { sdk: 'rotunda', version: '1.2.3' },
  });
  await ann.publish('audio', 1_111);
  const fan = new WireClient(server);
  await fan.enter('fan', { scene: 1, role: 21 });
  await ann.wire.request('exit', {});
  // Fan is still there when the server stops.
  await server.close();

  const { db, close } = await openSqlite(join(dataDir, 'rotunda.db'));
  const rooms = await db.selectFrom('rooms').selectAll().execute();
  const stays = await db.selectFrom('stays').selectAll().orderBy('user_id').execute();
  const events = await db.selectFrom('room_events').selectAll().orderBy('at').execute();
  await close();
  expect(rooms).toMatchObject([
    { sdk_app_id: APP.sdkAppId, kind: 'number', room_id: '7', created_by: 'ann', ended_at: null },
  ]);
  expect(stays).toMatchObject([
    {
      session_id: ann.snapshot.sessionId,
      incarnation: rooms[0]?.incarnation,
      user_id: 'ann',
      role: 'anchor',
      enter_reason: '1',
      reason: 'exited',
      client_ip: '127.0.0.1',
      sdk_version: '1.2.3',
      device_type: null,
      terminal_type: 100,
      user_type: 1,
    },
    { user_id: 'fan', role: 'audience', left_at: null, sdk_version: null },
  ]);
  expect(events.map(({ kind, user_id, detail }) => [kind, user_id, detail])).toEqual([
    ['created', 'ann', null],
    ['entered', 'ann', '1'],
    ['sending', 'ann', 'audio'],
    ['entered', 'fan', '1'],
    ['left', 'ann', 'exited'],
  ]);
});
