import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { CallbackType } from '@rotunda/protocol/callbacks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RotundaServer } from '../index.ts';
import {
  APP,
  WireClient,
  cloudApi,
  enterSpeaker,
  startTestServer,
  ticket,
} from '../signalling/wire.contract.ts';
import {
  readDocExamples,
  reservePort,
  startDocExample,
  type DocExample,
  type RunningExample,
} from '../testing.ts';
import { RECEIVER_KEY } from './receiver.contract.ts';

const folder = new URL('../../../../docs/callbacks/', import.meta.url);
const TYPES = Object.values(CallbackType);
const PAGES = ['README', ...TYPES.map(String)];

/** The example of a page as a receiver of an application of its own. */
interface Pupil {
  readonly page: string;
  readonly sdkAppId: number;
  readonly port: number;
  readonly example: DocExample;
  readonly running: RunningExample;
}

let pupils: readonly Pupil[];
let server: RotundaServer;
beforeAll(async () => {
  const firstPort = await reservePort(PAGES.length);
  pupils = PAGES.map((page, index): Pupil => {
    const [example] = readDocExamples(`docs/callbacks/${page}.md`);
    const port = firstPort + index;
    const running = startDocExample(example!, { 9000: String(port), CALLBACKKEY: RECEIVER_KEY });
    return { page, sdkAppId: APP.sdkAppId + index, port, example: example!, running };
  });
  await Promise.all(pupils.map(({ running }) => running.printed('waiting for events')));
  server = await startTestServer({
    apps: pupils.map(({ sdkAppId, port }) => {
      const callbacks = { url: `http://127.0.0.1:${port}/`, key: RECEIVER_KEY };
      return { ...APP, sdkAppId, callbacks };
    }),
  });
}, 60_000);
afterAll(async () => {
  await server?.close();
  for (const { running } of pupils ?? []) running.stop();
});

/** A show in which everything happens that there is a page for. */
async function perform(sdkAppId: number): Promise<void> {
  const as = (userId: string) => ({
    sdkAppId,
    userSig: ticket(userId, { sdkAppId }),
    room: { roomId: 10_000 },
    scene: 1,
  });
  const alice = await enterSpeaker(new WireClient(server), 'alice', as('alice'));
  for (const [index, source] of (['video', 'audio', 'sub'] as const).entries()) {
    await alice.publish(source, 1_000 + index);
    await alice.wire.request('unpublish', { source });
  }
  const bob = new WireClient(server);
  await bob.enter('bob', { ...as('bob'), role: 21 });
  await bob.request('switchRole', { role: 20 });
  await alice.wire.request('exit', {});
  await cloudApi(server, 'DismissRoom', { SdkAppId: sdkAppId, RoomId: 10_000 });
}

describe('the example of the page', () => {
  it.each(PAGES)('%s is told, and says so', async (page) => {
    const { sdkAppId, running, example } = pupils.find((pupil) => pupil.page === page)!;
    await perform(sdkAppId);
    await running.printed(example.output.trimEnd());
  });
});

describe('the pages on callbacks', () => {
  it('are one for each type, listed in the index', () => {
    const index = readFileSync(new URL('README.md', folder), 'utf8');
    for (const type of TYPES) expect(index).toContain(`[${type}](${type}.md)`);
  });

  it('link to pages that exist', () => {
    for (const page of readdirSync(folder)) {
      const links = readFileSync(new URL(page, folder), 'utf8').matchAll(/\]\(([\w./-]+\.md)\)/g);
      for (const [, target = ''] of links)
        expect(existsSync(new URL(target, folder)), `${page}: ${target}`).toBe(true);
    }
  });
});
