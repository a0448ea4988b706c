import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { TransportListenInfo } from 'mediasoup/types';

/** Bytes. The kernel caps them at its own limit; its defaults lose packets of a key frame burst. */
const SOCKET_BUFFER_SIZE = 2 * 1024 * 1024;
const MAX_ADDRESSES = 8;
const FREE_PORT_ATTEMPTS = 50;
const EVERYWHERE: ReadonlySet<string> = new Set(['', '0.0.0.0', '::', 'localhost']);

/** Where media is received, and under which address clients are told to look for it. */
export interface MediaAddress {
  readonly ip: string;
  readonly announced?: string;
}

/**
 * One socket cannot be announced under several addresses, so without `announcedAddress` there is one per address of
 * the machine: loopback, because a page on the same machine must work without a network, and each other IPv4
 * address, because some browsers do not send media over loopback. A `listenHost` that is one such address narrows it
 * down to that one; loopback does not, for that second reason.
 */
export function mediaAddresses(options: { listenHost: string; announcedAddress?: string }): MediaAddress[] {
  const { listenHost, announcedAddress } = options;
  const everywhere = EVERYWHERE.has(listenHost) || listenHost.startsWith('127.');
  if (announcedAddress) {
    return [{ ip: everywhere ? '0.0.0.0' : listenHost, announced: announcedAddress }];
  }
  if (!everywhere) return [{ ip: listenHost }];
  const external = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
  return ['127.0.0.1', ...new Set(external)].slice(0, MAX_ADDRESSES).map((ip) => ({ ip }));
}

/** UDP and TCP on `port` of every address; UDP comes first and is preferred. */
export function listenInfos(addresses: readonly MediaAddress[], port: number): TransportListenInfo[] {
  return (['udp', 'tcp'] as const).flatMap((protocol) =>
    addresses.map(({ ip, announced }) => ({
      protocol,
      ip,
      port,
      ...(announced === undefined ? {} : { announcedAddress: announced }),
      sendBufferSize: SOCKET_BUFFER_SIZE,
      recvBufferSize: SOCKET_BUFFER_SIZE,
    })),
  );
}

/** A port that is free for UDP and TCP on every address right now. Somebody else may still be faster. */
export async function findFreePort(addresses: readonly MediaAddress[]): Promise<number> {
  const first = addresses[0];
  if (!first) throw new Error('there is no address to listen on');
  for (let attempt = 0; attempt < FREE_PORT_ATTEMPTS; attempt++) {
    const port = await tryTcp(first.ip, 0);
    if ((await findConflict(addresses, port)) === undefined) return port;
  }
  throw new Error(`no port is free for UDP and TCP on ${addresses.map(({ ip }) => ip).join(', ')}`);
}

/** Why `port` cannot be used, as a text such as "UDP 127.0.0.1:40000 is in use (EADDRINUSE)"; undefined if it can. */
export async function findConflict(
  addresses: readonly MediaAddress[],
  port: number,
): Promise<string | undefined> {
  for (const { ip } of addresses) {
    for (const [protocol, attempt] of [['UDP', tryUdp] as const, ['TCP', tryTcp] as const]) {
      try {
        await attempt(ip, port);
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
        const reason = code === 'EADDRINUSE' ? 'is in use' : 'cannot be used';
        return `${protocol} ${ip}:${port} ${reason} (${code})`;
      }
    }
  }
  return undefined;
}

function tryTcp(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}

function tryUdp(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(port)));
  });
}
