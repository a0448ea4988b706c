import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { RUNS, body, expectNoFailure, fuzzedServer, headers, query } from './fuzz.contract.ts';
import { WireClient } from './signalling/wire.contract.ts';

const webDir = mkdtempSync(join(tmpdir(), 'rotunda-page-'));
writeFileSync(join(webDir, 'index.html'), '<!doctype html><title>the page</title>');
afterAll(() => rmSync(webDir, { recursive: true, force: true }));

const server = fuzzedServer(() => ({ webDir }));

const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD');
const hasBody = (name: string): boolean => name !== 'GET' && name !== 'HEAD';

async function expectAnswer(path: string, init: RequestInit): Promise<void> {
  const { status, text } = await server.request(path, init);
  expect(status).toBeLessThan(500);
  expectNoFailure(text);
}

describe('whatever is sent to a path', () => {
  it.each([
    '/v1/leave',
    '/v1/signal',
    '/dev/usersig',
    '/dev/cloudapi/RemoveUser',
    '/dev/cloudapi/%2e',
    '/healthz',
    '/readyz',
    '/metrics',
    '/rotunda/v1/openapi.json',
    '/rotunda/v1/listRooms',
    '/rotunda/v1/fly',
    '/index.html',
  ])('%s never fails', async (path) => {
    await fc.assert(
      fc.asyncProperty(method, headers, body, query, async (name, given, sent, text) => {
        const init = { method: name, headers: given, ...(hasBody(name) && { body: sent }) };
        await expectAnswer(`${path}?${text}`, init);
      }),
      { numRuns: Math.floor(RUNS / 2) },
    );
  });

  it('that was made up never fails', async () => {
    const segment = fc.oneof(
      fc.constantFrom('..', '%2e%2e', '%2f', '%00', '%ff', '%zz', '%', 'index.html', 'rotunda', 'v1', 'dev'),
      fc.string({ maxLength: 20 }).map(encodeURIComponent),
    );
    const path = fc.array(segment, { maxLength: 6 }).map((segments) => `/${segments.join('/')}`);
    await fc.assert(
      fc.asyncProperty(method, path, headers, async (name, where, given) =>
        expectAnswer(where, { method: name, headers: given }),
      ),
      { numRuns: RUNS },
    );
  });
});

describe('what is not changed by whatever is sent', () => {
  it('is a stay whose token the sender does not have', async () => {
    const wire = new WireClient(server);
    const { resumeToken } = await wire.enter('bob', { room: { roomId: 4712 } });
    const spoiled = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc
        .tuple(fc.nat(resumeToken.length - 1), fc.constantFrom('a', 'B', '0', '.', '_', '-'))
        .map(([at, other]) => `${resumeToken.slice(0, at)}${other}${resumeToken.slice(at + 1)}`)
        .filter((token) => token !== resumeToken),
      fc.nat(resumeToken.length - 1).map((length) => resumeToken.slice(0, length)),
    );
    const beacon = fc.record(
      {
        resumeToken: fc.oneof(spoiled, fc.jsonValue()),
        cause: fc.oneof(fc.constant('exited'), fc.jsonValue()),
      },
      { requiredKeys: [] },
    );
    const type = fc.constantFrom('application/json', 'text/plain', 'text/plain;charset=UTF-8');
    await fc.assert(
      fc.asyncProperty(beacon, type, async (sent, contentType) => {
        const headersOf = { 'content-type': contentType };
        const answer = await server.post('/v1/leave', { headers: headersOf, body: JSON.stringify(sent) });
        expect(answer.status).toBe(400);
      }),
      { numRuns: RUNS },
    );
    expect((await wire.request('exit', {})).type).toBe('response');
    await wire.closed;
  });

  it('is what the metrics and the document say', async () => {
    const { text: document } = await server.request('/rotunda/v1/openapi.json', {});
    await fc.assert(
      fc.asyncProperty(query, async (text) => {
        expect(await server.request(`/rotunda/v1/openapi.json?${text}`, {})).toEqual({
          status: 200,
          text: document,
        });
        const metrics = await server.request(`/metrics?${text}`, {});
        expect(metrics.status).toBe(200);
        expect(metrics.text).toMatch(/^rotunda_rooms \d+$/m);
      }),
      { numRuns: Math.floor(RUNS / 3) },
    );
  });
});
