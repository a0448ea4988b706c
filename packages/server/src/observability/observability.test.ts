import { Writable } from 'node:stream';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { createLog } from './log.ts';
import { Metrics, type Gauges } from './metrics.ts';
import { registerObservability } from './routes.ts';

function gauges({ rooms }: { rooms: number }): Gauges {
  const media = { workers: 1, routers: 1, transports: 9, producers: 3, consumers: 4 };
  return { rooms: () => rooms, sessions: () => 5, media: () => media };
}

describe('createLog', () => {
  it('writes fields but no secret, at whatever depth', () => {
    const lines: string[] = [];
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString());
        done();
      },
    });
    const log = createLog('info', stream);
    log.debug({ userId: 'quiet' }, 'not at this level');
    const params = { userSig: 'S3CRET', privateMapKey: 'S3CRET' };
    log.info({ userId: 'alice', userSig: 'S3CRET', params }, 'enter');
    log.info({ a: { b: { resumeToken: 'S3CRET' } }, app: { cloudApi: { secretKey: 'S3CRET' } } }, 'deep');
    log.info({ apps: [{ cloudApi: [{ secretKey: 'S3CRET' }] }] }, 'in lists');
    expect(lines.join('')).toContain('"userId":"alice"');
    expect(lines.join('')).not.toContain('quiet');
    expect(lines.join('')).not.toContain('S3CRET');
  });
});

describe('the observability routes', () => {
  it('show live counts and counters, and whether users can be taken', async () => {
    const metrics = new Metrics();
    metrics.watch(gauges({ rooms: 2 }));
    let ready = true;
    const app = Fastify();
    registerObservability(app, { metrics, ready: () => ready });
    metrics.stayEnded('removed');
    metrics.stayEnded('removed');
    metrics.cloudApiRequest({ action: 'RemoveUser', code: 'OK' });
    const scrape = await app.inject('/metrics');
    expect(scrape.headers['content-type']).toContain('text/plain');
    expect(scrape.body).toContain('rotunda_rooms 2');
    expect(scrape.body).toContain('rotunda_media_transports 9');
    expect(scrape.body).toContain('rotunda_stays_ended_total{reason="removed"} 2');
    expect(scrape.body).toContain('rotunda_cloud_api_requests_total{action="RemoveUser",code="OK"} 1');
    expect(scrape.body).toMatch(/process_resident_memory_bytes \d+/);
    expect((await app.inject('/healthz')).statusCode).toBe(200);
    expect((await app.inject('/readyz')).statusCode).toBe(200);
    ready = false;
    expect((await app.inject('/readyz')).statusCode).toBe(503);
    await app.close();
  });

  it('keep two servers in one process apart', async () => {
    const [one, two] = [new Metrics(), new Metrics()];
    one.watch(gauges({ rooms: 2 }));
    two.watch(gauges({ rooms: 7 }));
    one.stayEnded('exited');
    expect(await one.text()).toContain('rotunda_rooms 2');
    expect(await two.text()).toContain('rotunda_rooms 7');
    expect(await two.text()).not.toContain('reason="exited"');
  });
});
