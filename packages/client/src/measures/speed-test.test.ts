import { describe, expect, it } from 'vitest';
import { TRTCSpeedTestParams, type TRTCSpeedTestResult } from '../native/speed-test.ts';
import { createUser, expectNothingLeft } from '../native/user.contract.ts';

function tester(up = 1_000, down = 2_000) {
  const user = createUser('alice');
  const results: TRTCSpeedTestResult[] = [];
  user.cloud.on('onSpeedTestResult', (result) => results.push(result));
  const start = (): number =>
    user.cloud.startSpeedTest(new TRTCSpeedTestParams(1400000001, 'alice', 'ticket', up, down));
  return { ...user, results, start };
}

/** Everything of a test is given back. */
function expectOver(user: ReturnType<typeof tester>): void {
  expectNothingLeft(user);
  expect(user.fake.speed.open).toBe(0);
}

describe('a speed test', () => {
  it('tells time, losses and rates of the way as it is', async () => {
    const user = tester();
    Object.assign(user.fake.speed, { rttMs: 120, loseEvery: { up: 10, down: 9 } });
    expect(user.start()).toBe(0);
    await user.fake.advance(9_000);
    expect(user.results).toHaveLength(1);
    const [result] = user.results;
    expect(result).toMatchObject({ success: true, errMsg: '', ip: '203.0.113.7', rtt: 120, quality: 4 });
    expect(result?.upLostRate).toBeCloseTo(0.1);
    expect(result?.downLostRate).toBeCloseTo(1 / 9);
    expect(Math.abs((result?.availableUpBandwidth ?? 0) - 1_000)).toBeLessThan(50);
    expect(Math.abs((result?.availableDownBandwidth ?? 0) - 2_000)).toBeLessThan(50);
    expect(result?.upJitter).toBeLessThan(5);
    expectOver(user);
  });

  it('tells what a narrow way lets through', async () => {
    const user = tester(5_000, 5_000);
    user.fake.speed.capacityKbps = { up: 400, down: 700 };
    user.start();
    await user.fake.advance(9_000);
    expect(Math.abs((user.results[0]?.availableUpBandwidth ?? 0) - 400)).toBeLessThan(80);
    expect(Math.abs((user.results[0]?.availableDownBandwidth ?? 0) - 700)).toBeLessThan(80);
  });

  it('leaves out what nobody expects, and takes the arguments of older versions', async () => {
    const user = tester();
    expect(user.cloud.startSpeedTest(1400000001, 'alice', 'ticket')).toBe(0);
    await user.fake.advance(5_000);
    expect(user.results).toMatchObject([
      { success: true, availableUpBandwidth: -1, availableDownBandwidth: -1, quality: 1, upLostRate: 0 },
    ]);
    expect(user.fake.server.requests).toEqual(['speedTest', 'speedTestReport']);
  });

  it.each([
    ['a refusal of the server', { refuse: true }, /userSig/],
    ['no data channels', { state: 'missing' }, /RTCPeerConnection/],
    ['no packet that gets through', { state: 'silent' }, /in time/],
    ['no server', { offline: true }, /reached/],
  ])(
    'tells of %s as a failure',
    async (_what, { refuse, state, offline }: Record<string, unknown>, message) => {
      const user = tester();
      if (refuse)
        user.fake.server.refusals.set('speedTest', { code: -70001, message: 'userSig has expired' });
      if (state) Object.assign(user.fake.speed, { state });
      if (offline) user.fake.network.state = 'refusing';
      expect(user.start()).toBe(0);
      expect(user.results).toEqual([]);
      await user.fake.advance(21_000);
      expect(user.results).toMatchObject([
        { success: false, ip: '', quality: 0, availableUpBandwidth: -1, availableDownBandwidth: -1 },
      ]);
      expect(user.results[0]?.errMsg).toMatch(message);
      expectOver(user);
      expect(user.start(), 'another one may be tried').toBe(0);
      user.cloud.stopSpeedTest();
    },
  );

  it('runs one at a time, and not in a room', async () => {
    const user = tester();
    expect(user.start()).toBe(0);
    expect(user.start()).toBe(-3);
    user.cloud.stopSpeedTest();
    await user.enter();
    expect(user.start()).toBe(-3);
    user.cloud.exitRoom();
    expect(user.start(), 'on the way out').toBe(-3);
    await user.fake.settle();
    expect(user.start()).toBe(0);
    user.cloud.stopSpeedTest();
    await user.fake.settle();
    expect(user.results).toEqual([]);
    expectOver(user);
  });

  it('is over at once when it is stopped, wherever it is, and tells nothing', async () => {
    for (let ms = 0; ms < 6_000; ms += 350) {
      const user = tester();
      user.start();
      await user.fake.advance(ms);
      user.cloud.stopSpeedTest();
      await user.fake.advance(2_500);
      expect(user.results).toEqual([]);
      expectOver(user);
    }
  });

  it('fails when a room is entered', async () => {
    const user = tester();
    user.start();
    await user.fake.advance(1_000);
    await user.enter();
    expect(user.results).toMatchObject([{ success: false, errMsg: 'a room was entered' }]);
    expect(user.fake.speed.open).toBe(0);
    expect(user.take()[0]).toMatch(/^onEnterRoom [1-9]/);
  });

  it('tells nothing after destroy', async () => {
    const user = tester();
    user.start();
    await user.fake.advance(1_000);
    user.cloud.destroy();
    await user.fake.advance(10_000);
    expect(user.results).toEqual([]);
    expectOver(user);
  });

  it.each([
    ['nothing', null],
    ['no application', { sdkAppId: 0 }],
    ['no user', { userId: '' }],
    ['no ticket', { userSig: '' }],
    ['a bandwidth below 10', { expectedUpBandwidth: 9 }],
    ['a bandwidth above 5000', { expectedDownBandwidth: 5_001 }],
    ['a bandwidth that is no number', { expectedDownBandwidth: 'fast' }],
  ])('is refused with -2 for %s', (_what, change) => {
    const { cloud } = tester();
    const params = new TRTCSpeedTestParams(1400000001, 'alice', 'ticket', 100, 100);
    expect(cloud.startSpeedTest((change && Object.assign(params, change)) as TRTCSpeedTestParams)).toBe(-2);
  });
});
