import { silentLog } from '@rotunda/base';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { reportHttpErrors } from './http-errors.ts';

let app: FastifyInstance;
let lines: object[];
beforeEach(() => {
  lines = [];
  app = Fastify();
  reportHttpErrors(app, { ...silentLog, error: (fields) => void lines.push(fields) });
  app.post('/v1/leave', { bodyLimit: 16 }, () => Promise.reject(new Error('disk full: /secret/path')));
});
afterEach(() => app.close());

it('logs what fails, and tells the client no more than that it did', async () => {
  const answer = await app.inject({ method: 'POST', url: '/v1/leave?token=S3CRET' });
  expect(answer.statusCode).toBe(500);
  expect(answer.json()).toEqual({ error: 'an internal error occurred' });
  expect(lines).toMatchObject([{ method: 'POST', path: '/v1/leave', err: { message: /disk full/ } }]);
  expect(JSON.stringify(lines)).not.toContain('S3CRET');
});

it('tells a client of its own mistakes, which are not logged as failures', async () => {
  const payload = { text: 'x'.repeat(100) };
  const answer = await app.inject({ method: 'POST', url: '/v1/leave', payload });
  expect(answer.statusCode).toBe(413);
  expect(answer.json()).toEqual({ error: expect.stringContaining('too large') as string });
  expect(lines).toEqual([]);
});
