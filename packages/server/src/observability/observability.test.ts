import { Writable } from 'node:stream';
import type { Log } from '@rotunda/base';
import Fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.ts';
import { Metrics } from './metrics.ts';
import { observabilityRoutes } from './routes.ts';

const counts = {
  rooms: 2,
  sessions: 5,
  workers: 1,
  routers: 1,
  transports: 9,
  producers: 3,
  consumers: 4,
  history_waiting: 0,
  callbacks_waiting: 6,
  callbacks_oldest_age_seconds: 1.5,
  callbacks_dead: 8,
};

describe('createLogger', () => {
  it('writes fields but no secret, at whatever depth', () => {
    const lines: string[] = [];
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString());
        done();
      },
    });
    const log: Log = createLogger({ level: 'info', stream });
    log.debug({ userId: 'quiet' }, 'not at this level');
    log.info(
      { userId: 'alice', userSig: 'S3CRET', params: { userSig: 'S3CRET', privateMapKey: 'S3CRET' } },
      'enter',
    );
    log.info({ a: { b: { resumeToken: 'S3CRET' } }, app: { cloudApi: { secretKey: 'S3CRET' } } }, 'deep');
    expect(lines).toHaveLength(2);
    expect(lines.join('')).toContain('"userId":"alice"');
    expect(lines.join('')).not.toContain('S3CRET');
  });
});

describe('the health routes', () => {
  it('show live counts and counters, and say what is not ready', async () => {
    const metrics = new Metrics(() => counts);
    let broken = false;
    const checks = [
      { name: 'store', ready: () => true },
      { name: 'media', ready: () => (broken ? Promise.reject(new Error('gone')) : true) },
    ];
    const app = Fastify();
    await app.register(observabilityRoutes({ metrics, checks }));
    metrics.stayEnded({ reason: 'removed' });
    metrics.stayEnded({ reason: 'removed' });
    metrics.cloudApiRequest({ action: 'RemoveUser', code: 'OK' });
    metrics.entryRefused({ code: -70001 });
    metrics.callbackAttempted({ sdkAppId: 7, result: 'failed' });
    metrics.historyLeftOut(3);
    const scrape = await app.inject('/metrics');
    expect(scrape.headers['content-type']).toContain('text/plain');
    expect(scrape.body).toContain('rotunda_rooms 2');
    expect(scrape.body).toContain('rotunda_transports 9');
    expect(scrape.body).toContain('rotunda_stays_ended_total{reason="removed"} 2');
    expect(scrape.body).toContain('rotunda_cloud_api_requests_total{action="RemoveUser",code="OK"} 1');
    expect(scrape.body).toContain('rotunda_callbacks_oldest_age_seconds 1.5');
    expect(scrape.body).toContain('rotunda_callbacks_total{sdk_app_id="7",result="failed"} 1');
    expect(scrape.body).toContain('rotunda_history_left_out_total 3');
    expect(scrape.body).toContain('rotunda_entries_refused_total{code="-70001"} 1');
    expect(scrape.body).toMatch(/process_resident_memory_bytes \d+/);
    expect((await app.inject('/healthz')).statusCode).toBe(200);
    expect((await app.inject('/readyz')).statusCode).toBe(200);
    broken = true;
    const notReady = await app.inject('/readyz');
    expect(notReady.statusCode).toBe(503);
    expect(notReady.json()).toEqual({ status: 'not ready', failing: ['media'] });
    await app.close();
  });

  it('keep two servers in one process apart', async () => {
    const [one, two] = [new Metrics(() => counts), new Metrics(() => ({ ...counts, rooms: 7 }))];
    one.stayEnded({ reason: 'exited' });
    expect(await one.text()).toContain('rotunda_rooms 2');
    expect(await two.text()).toContain('rotunda_rooms 7');
    expect(await two.text()).not.toContain('reason="exited"');
  });
});
