import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/**
 * No system gives one of these to a socket that asks for any port, no pipe between media workers takes one, and no browser refuses
 * them.
 */
const FIRST = 7_000;
const LAST = 9_999;
/** Nothing else is done at this address: who listens there has the port, for all others too. */
const MARKED_AT = '127.0.0.2';

/**
 * A port for a server that is started later, again, or never. Nobody listens on it, UDP or TCP, and no other test gets it until this
 * process ends.
 *
 * @param count so many neighbouring ones.
 * @returns the first.
 * @throws Error when there are none.
 */
export async function reservePort(count = 1): Promise<number> {
  const places = LAST - FIRST + 2 - count;
  const start = Math.floor(Math.random() * places);
  for (let step = 0; step < places; step++) {
    const first = FIRST + ((start + step) % places);
    if (await reserve(first, count)) return first;
  }
  throw new Error(`no ${count} neighbouring ports are free from ${FIRST} to ${LAST}`);
}

async function reserve(first: number, count: number): Promise<boolean> {
  const marks: Server[] = [];
  try {
    for (let port = first; port < first + count; port++) {
      // First, because nobody can listen everywhere where there is a mark.
      await close(await listen(port, '0.0.0.0'));
      marks.push(...(await mark(port)));
      await tryUdp(port);
    }
    return true;
  } catch (error) {
    await Promise.all(marks.map(close));
    if (codeOf(error) === 'EADDRINUSE') return false;
    throw error;
  }
}

/** Not every system has that address: chance has to do there. */
async function mark(port: number): Promise<Server[]> {
  try {
    return [(await listen(port, MARKED_AT)).unref()];
  } catch (error) {
    if (codeOf(error) === 'EADDRNOTAVAIL') return [];
    throw error;
  }
}

async function listen(port: number, host: string): Promise<Server> {
  const server = createServer().listen({ port, host, exclusive: true });
  await once(server, 'listening');
  return server;
}

async function close(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

async function tryUdp(port: number): Promise<void> {
  const socket = createSocket('udp4').bind({ port, exclusive: true });
  await once(socket, 'listening');
  socket.close();
  await once(socket, 'close');
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
