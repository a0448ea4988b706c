import { describe, expect, it } from 'vitest';
import { FakePlatform } from '../testing/fake-platform.ts';
import { FakeServer } from '../testing/fake-server.ts';
import { ARGUMENTS } from './arguments.ts';
import { TRTCCloud } from './cloud.ts';
import { CALLS, everyMethod } from './methods.contract.ts';
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
  { onStart: 5, onCapturedAudioFrame: 5 },
  [7],
  'constructor',
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

/** Methods that take something which is not in the table, and why. */
const UNCHECKED: Readonly<Record<string, string>> = {
  off: 'what was never added is not there to be removed',
  addListener: 'calls on',
  removeAllListeners: 'what nobody listens to is not there to be removed',
  createSubCloud: 'the sub-instance tells what is wrong',
  removeListener: 'calls off',
  enterRoom: 'tells what is wrong by onEnterRoom',
  switchRoom: 'tells what is wrong by onSwitchRoom',
  switchRole: 'tells what is wrong by onSwitchRole',
  getMusicCurrentPosInMS: 'answers -1 for what does not play',
  getMusicDurationInMS: 'answers -1 for what was never played',
  getBGMDuration: 'calls getMusicDurationInMS',
  mixExternalAudioFrame: 'answers -1 beside the error',
  sendCustomCmdMsg: 'answers false',
  sendSEIMsg: 'answers false',
  getScreenCaptureSources: 'answers an empty list beside the error',
  selectScreenCaptureTarget: 'has two forms, told apart by the first argument',
  setRenderMode: 'does nothing',
  callExperimentalAPI: 'takes a text with arguments of its own',
};

describe('the table of checks', () => {
  it('has every method that takes something, or here is why not', () => {
    const takes = everyMethod().filter(
      (method) => Object.hasOwn(CALLS, method) || Reflect.get(TRTCCloud.prototype, method).length > 0,
    );
    const missing = takes.filter((method) => !Object.hasOwn(ARGUMENTS, method));
    expect(missing.filter((method) => !Object.hasOwn(UNCHECKED, method))).toEqual([]);
    expect(Object.keys(UNCHECKED).filter((method) => Object.hasOwn(ARGUMENTS, method))).toEqual([]);
  });
});

/** What nobody hands over by mistake. */
const HOSTILE: Readonly<Record<string, () => unknown>> = {
  'the name of an inherited member': () => 'constructor',
  __proto__: () => '__proto__',
  'no number': () => Number.NaN,
  'no end': () => Infinity,
  'a number that is large': () => 2 ** 60,
  'a big number': () => 5n,
  'a symbol': () => Symbol('x'),
  'an object without a prototype': () => Object.create(null) as unknown,
  'an object that is no text': () => ({
    toString: () => {
      throw new Error('broken page');
    },
  }),
  'functions that are none': () => ({ onStart: 5, onCapturedAudioFrame: 5, onRenderVideoFrame: 5 }),
  'fields that are names of inherited members': () =>
    Object.fromEntries(FIELDS.map((field) => [field, 'constructor'])),
  'fields without a prototype': () =>
    Object.fromEntries(FIELDS.map((field) => [field, Object.create(null) as unknown])),
  'fields that cannot be read': () =>
    FIELDS.reduce((made, field) => Object.defineProperty(made, field, BROKEN), {}),
  'a class with fields that cannot be read': () =>
    Object.create(FIELDS.reduce((made, field) => Object.defineProperty(made, field, BROKEN), {})) as unknown,
};
const BROKEN = {
  enumerable: true,
  get: (): never => {
    throw new Error('broken page');
  },
};
/** All that methods read of objects. */
const FIELDS = `
  videoResolution resMode videoFps videoBitrate minVideoBitrate enableAdjustRes preference
  controlMode mode width height rotation fillMode mirrorType buffer length data sampleRate
  channel audioFormat id path loopCount publish volume effectId startTimeMS endTimeMS maxCount
  includeUsers filePath recordType interval maxDurationPerFile recordingContent type sourceId
  sdkAppId userId userSig roomId strRoomId role privateMapKey deviceId expectedUpBandwidth
  expectedDownBandwidth enableCaptureMouse left onStart onPlayProgress onComplete
  onCapturedAudioFrame onRenderVideoFrame networkProxy
`
  .trim()
  .split(/\s+/);

describe('hostile arguments', () => {
  it.each(everyMethod())('of %s harm nothing', async (method) => {
    const server = new FakeServer();
    server.addUser('bob', ['video', 'audio']);
    const alice = createUser('alice', server);
    await alice.enter();
    alice.cloud.startLocalPreview(null);
    alice.cloud.startLocalAudio();
    await alice.fake.settle();
    const good = CALLS[method] ?? [undefined];
    for (const [what, make] of Object.entries(HOSTILE)) {
      for (const index of good.keys()) {
        const args = good.with(index, make());
        expect(
          () => Reflect.apply(Reflect.get(alice.cloud, method) as () => void, alice.cloud, args),
          `${what} as argument ${index}`,
        ).not.toThrow();
        await alice.fake.settle();
      }
    }
    alice.cloud.setServerUrl(null);
    alice.cloud.exitRoom();
    await alice.fake.advance(3_000);
    alice.take();
    await alice.enter();
    expect(alice.take()[0]).toMatch(/^onEnterRoom [1-9]/);
    alice.cloud.destroy();
  });

  it('of the constructor and of createSubCloud are told, and the default server counts', async () => {
    const fake = new FakePlatform();
    for (const networkProxy of [{ host: 5 }, { host: { includes: 5 } }, 'constructor', 5n]) {
      const cloud = new TRTCCloud({ networkProxy } as never, fake.platform);
      const sub = cloud.createSubCloud({ networkProxy } as never);
      const errors: number[] = [];
      for (const each of [cloud, sub]) each?.on('onError', (code) => errors.push(code));
      await fake.settle();
      expect(errors).toEqual(typeof networkProxy === 'object' ? [-2, -2] : []);
      cloud.destroy();
    }
  });
});
