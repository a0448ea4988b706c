import { EXTENSIONS, type ExtensionName } from '@rotunda/protocol/extensions';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS } from './cloudapi/registry.ts';
import { ServedDocument } from './extensions/document.contract.ts';
import { signedOperation } from './extensions/signed-operation.contract.ts';
import { nearly, signedAction } from './fuzz-calls.contract.ts';
import { RUNS, fuzzedServer } from './fuzz.contract.ts';
import { PostgresServer } from './testing.ts';

let postgres: PostgresServer | null = null;
const ON_POSTGRES = async (): Promise<{ databaseUrl: string }> => {
  postgres = await PostgresServer.start();
  return { databaseUrl: await postgres.createDatabase() };
};
afterAll(() => postgres?.stop());

/** What a database cannot keep, or understands in another way, must not reach it. */
describe.each([
  ['SQLite', () => ({})],
  ['PostgreSQL', ON_POSTGRES],
] as const)('calls of whatever content on %s', (_name, options) => {
  const server = fuzzedServer(options);
  let document: ServedDocument;
  beforeAll(async () => {
    document = await ServedDocument.of(server.url);
  });

  it.each(Object.keys(EXTENSIONS) as ExtensionName[])('are done or refused: %s', async (name) => {
    const given = nearly(Object.keys(EXTENSIONS[name].params.shape));
    await fc.assert(
      fc.asyncProperty(given, async (params) => {
        const body = Buffer.from(JSON.stringify(params));
        const signed = signedOperation(server.url, name, body);
        const response = await fetch(signed.url, signed.init);
        expect(response.status).toBeLessThan(500);
        await document.holds(name, response);
      }),
      { numRuns: Math.floor(RUNS / 2) },
    );
  });

  it.each(Object.entries(ACTIONS))('are done or refused: %s', async (name, { parameters }) => {
    await fc.assert(
      fc.asyncProperty(nearly(Object.keys(parameters)), async (params) => {
        const signed = signedAction(server.url, name, { body: Buffer.from(JSON.stringify(params)) });
        const response = await fetch(signed.url, signed.init);
        expect(response.status).toBe(200);
        const { Response } = (await response.json()) as { Response: { Error?: { Code: string } } };
        expect(Response).toMatchObject({ RequestId: expect.any(String) });
        expect(Response.Error?.Code ?? 'none').not.toMatch(/^(InternalError|ServiceUnavailable)/);
      }),
      { numRuns: Math.floor(RUNS / 2) },
    );
  });
});
