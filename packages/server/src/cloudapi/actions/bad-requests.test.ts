import { readFileSync } from 'node:fs';
import { FakeClock } from '@rotunda/base';
import type { RoomKey } from '@rotunda/protocol';
import { CLOUD_API_VERSION, type ParameterRules } from '@rotunda/protocol/cloudapi';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { signTc3 } from '../../auth/tc3.ts';
import { RoomLogUnavailableError } from '../../roomlog/port.ts';
import { StoreError } from '../../store/errors.ts';
import { NO_PAST } from '../past.contract.ts';
import { ACTIONS } from '../registry.ts';
import { credential, serveCloudApi, type ServedCloudApi } from '../served.contract.ts';
import { actionRefusals, type BadRequest, type Fields } from './bad-requests.contract.ts';

const clock = new FakeClock();
const REFUSALS = actionRefusals(Math.floor(clock.now() / 1_000));
let served: ServedCloudApi;
let failure: Error | null = null;

beforeAll(async () => {
  served = await serve({ perSecond: 1_000_000 });
});
afterEach(() => {
  failure = null;
});
afterAll(() => served.close());

/** Rooms in which only what has the id 10000 can be found, with everybody but nobody. */
async function serve(rate: { readonly perSecond?: number }): Promise<ServedCloudApi> {
  const made = await serveCloudApi({
    clock,
    past: { past: failing(NO_PAST.past), quality: failing(NO_PAST.quality), keptMs: NO_PAST.keptMs },
    ...rate,
  });
  const find = ({ id }: RoomKey) =>
    id === '10000'
      ? ({ ok: true, sessionIds: [] } as const)
      : ({ ok: false, refusal: 'roomNotExist' } as const);
  made.rooms.membership = failing({
    removeUsers: async (key) => find(key),
    dismiss: async (key) => find(key),
  });
  made.rooms.userBlocks = failing({
    set: async (key, userId) => {
      const room = find(key);
      if (!room.ok) return room;
      return userId === 'nobody' ? { ok: false, refusal: 'userNotExist' } : { ok: true, sessionId: userId };
    },
  });
  return made;
}

/** While there is a failure nothing of it works. */
function failing<T extends object>(port: T): T {
  return new Proxy(port, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]): unknown => {
        if (failure) throw failure;
        return Reflect.apply(value, target, given);
      };
    },
  });
}

/** @returns the code and the message of the answer; null if it has no error */
async function call(
  action: string,
  parameters: Fields,
  { at = served, secretKey = credential.secretKey } = {},
): Promise<readonly [code: string, message: string] | null> {
  const body = Buffer.from(JSON.stringify(parameters));
  const { host: _, ...headers } = signTc3({
    action,
    version: CLOUD_API_VERSION,
    host: at.endpoint,
    body,
    key: { ...credential, secretKey },
    nowSeconds: clock.now() / 1_000,
  });
  const response = await fetch(`http://${at.endpoint}/`, { method: 'POST', headers, body });
  expect(response.status).toBe(200);
  const { Response } = (await response.json()) as {
    Response: { Error?: { Code: string; Message: string }; RequestId: string };
  };
  expect(Response.RequestId).toMatch(/^[0-9a-f-]{36}$/);
  return Response.Error ? [Response.Error.Code, Response.Error.Message] : null;
}

/** What errors.md says that may be wrong with parameters. */
function codesOfRules(rules: ParameterRules): string[] {
  return Object.values(rules).flatMap(({ absent, codes }) => {
    const {
      type = 'InvalidParameter',
      value = codes.type ?? 'InvalidParameterValue',
      oversize = value,
    } = codes;
    return [...(absent ? [] : [codes.missing ?? 'MissingParameter']), type, value, oversize];
  });
}

/** What the page of an action says. `.X` is short for the last code before it with X at its end. */
function codesOfPage(action: string): string[] {
  const page = readFileSync(new URL(`../../../../../docs/cloud-api/${action}.md`, import.meta.url), 'utf8');
  const [, errors = ''] = page.split('## Errors of its own');
  let family = '';
  return [...errors.matchAll(/^\| (`[^|]*`)/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([\w.]+)`/g)].map(([, code = '']) => {
      if (code.startsWith('.')) return `${family}${code}`;
      family = code.split('.')[0] ?? '';
      return code;
    }),
  );
}

describe.each(Object.entries(REFUSALS))('%s', (action, { right, bad }) => {
  it('is done if nothing is wrong', async () => {
    expect(await call(action, right)).toBeNull();
  });

  it.each([
    ...bad,
    ['UnknownParameter', 'The action has no parameter "Mood".', { Mood: 'good' }] satisfies BadRequest,
  ])('refuses with %s: %s', async (code, message, change) => {
    expect(await call(action, { ...right, ...change })).toEqual([code, message]);
  });

  it('refuses what another key signed', async () => {
    expect(await call(action, right, { secretKey: 'another' })).toEqual([
      'AuthFailure.SignatureFailure',
      'The signature does not fit the request: check the secret key, and that the body is sent as it was signed.',
    ]);
  });

  it('refuses more requests than its rate allows', async () => {
    const usual = await serve({});
    const allowed = ACTIONS[action]?.limit?.requests ?? 20;
    for (let n = 0; n < allowed; n++) expect(await call(action, right, { at: usual })).toBeNull();
    expect(await call(action, right, { at: usual })).toEqual([
      'RequestLimitExceeded',
      `There were too many requests of ${action} with this key pair: try again in a moment.`,
    ]);
    await usual.close();
  });

  it.each([
    [new Error('which is for the log'), 'InternalError', 'An internal error occurred: try again.'],
    [
      new RoomLogUnavailableError('down'),
      'ServiceUnavailable',
      'The room service cannot be reached for now: try again.',
    ],
    [
      new StoreError('away', { fault: 'unreachable' }),
      'ServiceUnavailable',
      'The database cannot be reached for now: try again.',
    ],
  ])('says that the server failed: %s', async (error, code, message) => {
    failure = error;
    expect(await call(action, right)).toEqual([code, message]);
  });

  it('has a bad request for every code that is documented of it', () => {
    const documented = [...codesOfRules(ACTIONS[action]?.parameters ?? {}), ...codesOfPage(action)];
    const tried = new Set([...bad.map(([code]) => code), 'RequestLimitExceeded']);
    expect(documented.filter((code) => !tried.has(code))).toEqual([]);
    expect(codesOfPage(action)).toContain('UnauthorizedOperation.SdkAppId');
  });
});

it('every action has its bad requests', () => {
  expect(Object.keys(REFUSALS).toSorted()).toEqual(Object.keys(ACTIONS).toSorted());
});
