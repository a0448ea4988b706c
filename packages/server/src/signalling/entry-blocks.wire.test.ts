import { join } from 'node:path';
import { silentLog, systemClock } from '@rotunda/base';
import { afterEach, expect, it } from 'vitest';
import type { RotundaServer } from '../index.ts';
import { openStore } from '../store/open.ts';
import { EntryBlocks } from './entry-blocks.ts';
import { APP, WireClient, startTestServer, tempDataDir } from './wire.contract.ts';

let server: RotundaServer | null = null;
afterEach(() => server?.close());

it('a server that starts again still keeps out whom it kept out before', async () => {
  const dataDir = tempDataDir();
  const file = join(dataDir, 'rotunda.db');
  const store = await openStore({ file, keptMs: 1, clock: systemClock, log: silentLog });
  const blocks = await EntryBlocks.open({ store: store.entryBlocks, clock: systemClock });
  const room = { kind: 'number', id: '7' } as const;
  const until = systemClock.now() + 60_000;
  const { sdkAppId } = APP;
  await blocks.block({ sdkAppId, room, userId: 'ann', until, message: 'you know why' });
  await store.close();

  server = await startTestServer({ dataDir });
  await expect(new WireClient(server).enter('ann')).rejects.toThrow('refused: -102011 you know why');
  await new WireClient(server).enter('ann', { room: { roomId: 8 } });
  await new WireClient(server).enter('bob');
});
