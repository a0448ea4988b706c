import type { Source } from '@rotunda/protocol';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { RotundaServer } from '../index.ts';
import { APP, WireClient, enterSpeaker, permit, startTestServer } from './wire.contract.ts';

export const DENIED = -100006;
export const ALL = 255;
export const [CREATE, ENTER] = [1, 2];
export const SEND: Record<Source, number> = { audio: 4, video: 16, sub: 64 };
export const RECEIVE: Record<Source, number> = { audio: 8, video: 32, sub: 128 };
export const SOURCES = ['audio', 'video', 'sub'] as const satisfies readonly Source[];
export const OTHER_APP = { ...APP, sdkAppId: 1_400_000_002 };
export const LIVE = { scene: 1 };
export const AUDIENCE = { scene: 1, role: 21 };

let server: RotundaServer;
const clients: WireClient[] = [];

/** A server with an application that requires permission tickets, and one that does not, for the tests of a file. */
export function servePermissions(): void {
  beforeAll(async () => {
    server = await startTestServer({ apps: [{ ...APP, privateMapKey: 'required' }, OTHER_APP] });
  });
  afterEach(async () => {
    const open = clients.splice(0).filter(({ socket }) => socket.readyState === socket.OPEN);
    await Promise.all(open.map((made) => made.request('exit', {})));
    for (const made of open) made.socket.close();
    await expect
      .poll(() => server.counts())
      .toMatchObject({ sessions: 0, rooms: 0, connections: 0, consumers: 0 });
  });
  afterAll(() => server.close());
}

/** What is open on it. */
export const counts = (): ReturnType<RotundaServer['counts']> => server.counts();

export function client(): WireClient {
  const made = new WireClient(server);
  clients.push(made);
  return made;
}

/** Nobody is in two tests' rooms. */
let rooms = 100;
export const nextRoom = (): number => ++rooms;

/** Enters with these privileges. */
export async function enters(userId: string, room: number, privileges: number, over: object = {}) {
  const wire = client();
  const privateMapKey = permit(userId, privileges, { room });
  return enterSpeaker(wire, userId, { room: { roomId: room }, privateMapKey, ...over });
}

export async function publishAll(
  { publish }: Awaited<ReturnType<typeof enters>>,
  sources: readonly Source[] = SOURCES,
): Promise<void> {
  for (const [index, source] of sources.entries())
    expect(await publish(source, 11 * (index + 1))).toMatchObject({ type: 'response' });
}

export const names = ({ events }: WireClient): string[] =>
  events.map(({ name }) => name).filter((name) => name !== 'layersWanted');
