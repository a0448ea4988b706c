import { describe, expect, it } from 'vitest';
import { FakeServer } from '../testing/fake-server.ts';
import { ARGUMENTS } from './arguments.ts';
import { createUser } from './user.contract.ts';

/** What applications hand over by mistake. */
const MISTAKES: readonly unknown[] = [
  undefined,
  null,
  '',
  'loud',
  7.5,
  -1,
  Number.NaN,
  true,
  {},
  [7],
  Symbol('x'),
];

const CASES = Object.entries(ARGUMENTS).flatMap(([method, checks]) =>
  checks.map(({ name }, index) => ({ method, parameter: name, index })),
);

/** Something that the check lets through. */
function goodFor(index: number, method: string): unknown {
  const check = ARGUMENTS[method]?.[index]?.check;
  const good = [true, 'bob', 0, 1, {}, () => undefined, [1, 2, 3], null].find((value) => check?.(value).ok);
  if (good === undefined) throw new Error(`no good value for parameter ${index} of ${method}`);
  return good;
}

describe('a wrong argument', () => {
  it.each(CASES)('of $method: $parameter', async ({ method, parameter, index }) => {
    const server = new FakeServer();
    server.addUser('bob', ['video', 'audio']);
    const alice = createUser('alice', server);
    await alice.enter();
    alice.take();
    const requests = server.requests.length;
    const { check } = ARGUMENTS[method]![index]!;
    const wrong = MISTAKES.filter((value) => !check(value).ok);
    expect(wrong.length).toBeGreaterThan(0);
    for (const value of wrong) {
      const args = ARGUMENTS[method]!.map((_check, at) => (at === index ? value : goodFor(at, method)));
      const errors: string[] = [];
      alice.cloud.once('onError', (code, message) => errors.push(`${code} ${message}`));
      expect(() =>
        Reflect.apply(Reflect.get(alice.cloud, method) as () => void, alice.cloud, args),
      ).not.toThrow();
      expect(errors, 'never told from within the call').toEqual([]);
      await alice.fake.settle();
      expect(errors).toEqual([expect.stringContaining(`-2 ${method}: ${parameter} must be `)]);
    }
    // The stay goes on as if nothing had been called.
    expect(server.requests.length).toBe(requests);
    expect(alice.take().filter((line) => !line.startsWith('onError -2'))).toEqual([]);
  });

  it('has words that say what would be right', async () => {
    const alice = createUser('alice');
    let said = '';
    alice.cloud.on('onError', (_code, message) => (said = message));
    alice.cloud.setRemoteAudioVolume('bob', Number.NaN);
    await alice.fake.settle();
    expect(said).toBe('setRemoteAudioVolume: volume must be a number from 0 to 150');
  });

  it('is the small stream where the camera is one, and the screen where it is not one', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    alice.take();
    alice.cloud.muteLocalVideo(true, 1);
    alice.cloud.setRemoteVideoStreamType('bob', 2);
    await alice.fake.settle();
    expect(alice.take()).toEqual(['onError -2 …', 'onError -2 …']);
    expect(alice.fake.server.stays[0]?.streams).toMatchObject([{ source: 'video', muted: false }]);
  });

  it('0 and 1 are as good as false and true', async () => {
    const alice = createUser('alice');
    await alice.enter();
    alice.cloud.startLocalPreview(null);
    await alice.fake.settle();
    alice.cloud.muteLocalVideo(1 as unknown as boolean);
    await alice.fake.settle();
    expect(alice.fake.server.stays[0]?.streams).toMatchObject([{ source: 'video', muted: true }]);
  });
});
