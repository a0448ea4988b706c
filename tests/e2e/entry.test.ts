import { reservePort } from '@rotunda/server/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { APPLICATION, userSig } from './support/application.ts';
import { CutProxy } from './support/cut-proxy.ts';
import { line } from './support/expectations.ts';
import type { EnterRequest, Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

const OTHER_KEY = 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff';

/** Both callbacks carry the code, exitRoom is still allowed, and the instance can enter afterwards. */
async function expectRefused(alice: Participant, request: EnterRequest, code: number): Promise<void> {
  const mark = await alice.last();
  await alice.startEntering(request);
  await alice.waitFor('onEnterRoom', [], { after: mark });
  await alice.waitFor('onError', [], { after: mark });
  const told = (await alice.since(mark)).map(line);
  expect(told.filter(([name]) => name === 'onEnterRoom')).toEqual([['onEnterRoom', code]]);
  expect(told.filter(([name]) => name === 'onError')).toEqual([
    ['onError', code, expect.stringMatching(/\w/)],
  ]);
}

const REFUSALS = [
  { ticket: 'signed with another key', code: -70_003, sig: { userId: 'alice', secretKey: OTHER_KEY } },
  { ticket: 'of another user', code: -70_013, sig: { userId: 'bob' } },
  { ticket: 'of another application', code: -70_014, sig: { userId: 'alice', sdkAppId: 1_400_000_002 } },
  {
    ticket: 'that has expired',
    code: -70_001,
    sig: { userId: 'alice', expireSeconds: 3_600, ageSeconds: 3_660 },
  },
] as const;

describe('entering', () => {
  it.each(REFUSALS)('with a ticket $ticket is refused with $code', async ({ code, sig }) => {
    const alice = await stage.user('alice');
    const room = stage.room();
    await expectRefused(alice, { room, userSig: userSig(sig) }, code);
    const mark = await alice.last();
    await alice.call('exitRoom');
    await alice.waitFor('onExitRoom', [0], { after: mark });
    await alice.enter({ room });
  });

  it('with a missing or unreadable ticket is refused with -3320', async () => {
    const alice = await stage.user('alice');
    for (const ticket of ['', 'not a ticket', userSig({ userId: 'alice' }).slice(0, 40)]) {
      await expectRefused(alice, { room: stage.room(), userSig: ticket }, -3320);
    }
  });

  it('an unknown application is refused with -70252', async () => {
    const alice = await stage.user('alice');
    const sdkAppId = APPLICATION.sdkAppId + 1;
    const ticket = userSig({ userId: 'alice', sdkAppId });
    await expectRefused(alice, { room: stage.room(), sdkAppId, userSig: ticket }, -70_252);
  });

  it('with parameters that cannot be is refused before anything is sent', async () => {
    const alice = await stage.user('alice', { via: `http://127.0.0.1:${await reservePort()}` });
    await expectRefused(alice, { room: 0 }, -3318);
    await expectRefused(alice, { room: 'room/with/slashes' }, -3318);
    await expectRefused(alice, { room: 4_294_967_295 }, -3318);
    await expectRefused(alice, { room: 1, sdkAppId: 0 }, -3317);
  });

  it('a server that cannot be reached fails with -3308, whether it refuses or is silent', async () => {
    const silent = await CutProxy.open(stage.serverUrl);
    silent.cut();
    const [alice, bob] = await Promise.all([
      stage.user('alice', { via: `http://127.0.0.1:${await reservePort()}` }),
      stage.user('bob', { via: silent.url }),
    ]);
    await Promise.all([alice, bob].map((user) => expectRefused(user, { room: stage.room() }, -3308)));
    await silent.close();
  });
});
