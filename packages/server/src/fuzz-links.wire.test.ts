import { once } from 'node:events';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { RUNS, bytes, fuzzedServer, json } from './fuzz.contract.ts';
import { WireClient } from './signalling/wire.contract.ts';

const server = fuzzedServer();

describe('whatever is sent over a WebSocket', () => {
  it('as first frames harms only its sender', async () => {
    const method = fc.constantFrom(
      'enter',
      'resume',
      'exit',
      'publish',
      'subscribe',
      'switchRole',
      'toString',
      '__proto__',
    );
    const frame = fc.oneof(
      fc
        .record(
          {
            type: fc.constantFrom('request', 'pong', 'ack', 'x'),
            id: fc.jsonValue(),
            n: fc.jsonValue(),
            method,
            params: fc.jsonValue(),
          },
          { requiredKeys: [] },
        )
        .map((value) => JSON.stringify(value)),
      json,
      fc.string(),
      bytes.map((array) => Buffer.from(array)),
    );
    const bystander = new WireClient(server);
    await bystander.enter('bob', { room: { roomId: 4712 } });
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 5 }), async (frames) => {
        const socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/signal`);
        socket.on('error', () => undefined);
        const closed = once(socket, 'close');
        await once(socket, 'open');
        for (const each of frames) socket.send(each);
        socket.close();
        const [code] = (await closed) as [number];
        // 1011 is what a server says that failed.
        expect(code).not.toBe(1011);
      }),
      { numRuns: RUNS },
    );
    expect((await bystander.request('exit', {})).type).toBe('response');
    await bystander.closed;
  });
});
