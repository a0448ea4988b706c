import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it, vi } from 'vitest';
import { reservePort } from './ports.ts';

it('reserves neighbouring ports, each for one only, on which one can listen again and again', async () => {
  const firsts = await Promise.all(Array.from({ length: 100 }, () => reservePort(3)));
  const ports = firsts.flatMap((first) => [first, first + 1, first + 2]);
  expect(new Set(ports).size).toBe(300);
  for (let times = 0; times < 2; times++) {
    for (const port of ports) {
      const tcp = createServer().listen({ port, host: '127.0.0.1', exclusive: true });
      const udp = createSocket('udp4').bind({ port, address: '127.0.0.1', exclusive: true });
      await Promise.all([once(tcp, 'listening'), once(udp, 'listening')]);
      tcp.close();
      udp.close();
      await Promise.all([once(tcp, 'close'), once(udp, 'close')]);
    }
  }
});

it('passes over what is taken', async () => {
  const chance = vi.spyOn(Math, 'random').mockReturnValue(0.9 * Math.random());
  // The next one begins to look there.
  const first = await reservePort();
  const tcp = createServer().listen({ port: first + 1, host: '127.0.0.1' });
  const udp = createSocket('udp4').bind({ port: first + 2, address: '127.0.0.1' });
  // If one fails, somebody else does.
  await Promise.allSettled([once(tcp, 'listening'), once(udp, 'listening')]);
  expect(await reservePort()).toBeGreaterThan(first + 2);
  tcp.close();
  udp.close();
  chance.mockRestore();
});
