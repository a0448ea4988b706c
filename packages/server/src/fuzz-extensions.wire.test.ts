import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EXTENSIONS,
  EXTENSIONS_PATH,
  EXTENSION_ERRORS,
  extensionErrorSchema,
  type ExtensionErrorCode,
} from '@rotunda/protocol/extensions';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServedDocument } from './extensions/document.contract.ts';
import { signedOperation } from './extensions/signed-operation.contract.ts';
import { RUNS, body, fuzzedServer, headers, query } from './fuzz.contract.ts';

// With a page, which has every path that is nobody else's.
const webDir = mkdtempSync(join(tmpdir(), 'rotunda-page-'));
writeFileSync(join(webDir, 'index.html'), '<!doctype html><title>the page</title>');
afterAll(() => rmSync(webDir, { recursive: true, force: true }));

const server = fuzzedServer(() => ({ webDir }));
let document: ServedDocument;
beforeAll(async () => {
  document = await ServedDocument.of(server.url);
});

const names = Object.keys(EXTENSIONS);
const operation = fc.constantFrom(...names);

describe('whatever is sent to our own operations', () => {
  it('unsigned, by whatever method and to whatever name, is refused by one of our errors', async () => {
    const name = fc.oneof(
      operation,
      fc.constantFrom('', 'openapi.json', '%zz', '..%2f', 'toString', '__proto__', 'listRooms/'),
      fc.string().map(encodeURIComponent),
    );
    const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS');
    await fc.assert(
      fc.asyncProperty(method, name, query, headers, body, async (how, what, text, given, sent) => {
        fc.pre(how !== 'GET' || what !== 'openapi.json');
        const path = `${EXTENSIONS_PATH}${what === '.' || what === '..' ? '' : what}`;
        const init = { method: how, headers: given, ...(how !== 'GET' && { body: sent }) };
        const answer = await server.request(`${path}?${text}`, init);
        const { error } = extensionErrorSchema.parse(JSON.parse(answer.text));
        expect(EXTENSION_ERRORS).toHaveProperty([error.code]);
        expect(answer.status).toBe(EXTENSION_ERRORS[error.code as ExtensionErrorCode].status);
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: RUNS * 2 },
    );
  });

  it('signed, with whatever body, is answered as the document says', async () => {
    const type = fc.constantFrom('application/json', 'text/plain', 'multipart/form-data; boundary=x', 'x');
    await fc.assert(
      fc.asyncProperty(operation, type, body, async (name, contentType, sent) => {
        const signed = signedOperation(server.url, name, Buffer.from(sent), { contentType });
        const response = await fetch(signed.url, signed.init);
        expect(response.status).toBe(400);
        await document.holds(name, response);
      }),
      { numRuns: RUNS },
    );
  });
});
