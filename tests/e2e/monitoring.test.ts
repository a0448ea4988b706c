import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inCall } from './support/expectations.ts';
import { openBrowser } from './support/browser.ts';
import { Stage } from './support/stage.ts';
import { until } from './support/wait.ts';

const CAMERA_NOT_AUTHORIZED = -1314;
const MIC_NOT_AUTHORIZED = -1317;
const EVENT = { network: 1003, page: 2001, denied: 2002 } as const;
const DENIED = { microphone: 4, camera: 5 } as const;
/** Of those that the machine of a test may be in. */
const NETWORKS = [
  ['wifi', 1],
  ['ethernet', 5],
] as const;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

describe('what a backend may ask of a call', () => {
  it('is what the browsers measured of what they sent and received', async () => {
    const [alice, bob] = await stage.users('alice', 'bob');
    const room = stage.room();
    await inCall(room, [alice, bob]);
    const { client, sdkAppId: SdkAppId } = stage.api;
    const now = Math.floor(Date.now() / 1000);
    const lastHour = { SdkAppId, StartTime: now - 3_000, EndTime: now + 300 };
    const { RoomList } = await client.DescribeRoomInfo({ ...lastHour, RoomId: String(room) });
    const call = { ...lastHour, CommId: RoomList?.[0]?.CommId ?? '' };
    expect(RoomList).toMatchObject([{ RoomString: String(room), IsFinished: false }]);

    const valueOf = async (UserId: string, PeerId: string, DataType: string): Promise<number> =>
      until(
        `${DataType} of ${UserId} and "${PeerId}"`,
        async () => {
          const { Data } = await client.DescribeCallDetailInfo({ ...call, DataType: ['all'] });
          const line = Data?.find(
            (one) => one.UserId === UserId && one.PeerId === PeerId && one.DataType === DataType,
          );
          // The picture begins small; and the first ten seconds are not whole.
          return line?.Content && line.Content.length >= 2 ? line.Content.at(-1)?.Value : undefined;
        },
        { timeoutMs: 60_000 },
      );
    const received = await bob.received('alice');
    expect(await valueOf('alice', '', 'bigvWidth')).toBe(640);
    expect(await valueOf('bob', 'alice', 'bigvWidth')).toBe(received?.width);
    expect(await valueOf('bob', 'alice', 'bigvHeight')).toBe(received?.height);
    for (const frames of [
      await valueOf('alice', '', 'bigvCapFps'),
      await valueOf('alice', '', 'bigvEncFps'),
      await valueOf('bob', 'alice', 'bigvRecFps'),
      await valueOf('bob', 'alice', 'bigvDecFps'),
    ])
      expect(frames).toBeGreaterThan(5);
    const [sent, got] = [await valueOf('alice', '', 'bigvBit'), await valueOf('bob', 'alice', 'bigvBit')];
    expect(got).toBeGreaterThan(sent * 0.5);
    expect(got).toBeLessThan(sent * 2);
    expect(await valueOf('bob', 'alice', 'aPlayEnergy')).toBeGreaterThan(0);
    expect(await valueOf('alice', '', 'aCapEnergy')).toBeGreaterThan(0);
    expect(await valueOf('alice', '', 'rtt')).toBeLessThan(200);

    await alice.call('exitRoom');
    await alice.waitFor('onExitRoom');
    const left = await until('alice has left', async () => {
      const { UserList } = await client.DescribeUserInfo({ ...call, UserIds: ['alice'] });
      return UserList?.find(({ Finished }) => Finished);
    });
    expect(left).toMatchObject({ UserId: 'alice', ClientIp: '127.0.0.1', RoomStr: String(room) });
    expect(left.DeviceType).toContain('Chrome');
    const { UsageList } = await client.DescribeTrtcUsage({
      SdkAppId,
      StartTime: new Date().toISOString().slice(0, 10),
      EndTime: new Date().toISOString().slice(0, 10),
    });
    const pictures = (UsageList ?? []).reduce((sum, { UsageValue }) => sum + (UsageValue?.[1] ?? 0), 0);
    expect(pictures).toBeGreaterThan(0);
  });

  it('is whether a page was seen, over which network, and what it was not allowed to open', async () => {
    const browser = await openBrowser({ asking: 'denied' });
    try {
      const room = stage.room();
      const alice = await stage.user('alice', { browser });
      await alice.call('startLocalAudio', 2);
      await alice.waitFor('onError', [MIC_NOT_AUTHORIZED]);
      await alice.enter({ room });
      await alice.call('startLocalPreview', { view: 'self' });
      await alice.waitFor('onError', [CAMERA_NOT_AUTHORIZED]);
      const { client, sdkAppId: SdkAppId } = stage.api;
      const now = Math.floor(Date.now() / 1000);
      const lastHour = { SdkAppId, StartTime: now - 3_000, EndTime: now + 300 };
      const RoomId = String(room);
      const { RoomList } = await client.DescribeRoomInfo({ ...lastHour, RoomId });
      const who = { ...lastHour, CommId: RoomList?.[0]?.CommId ?? '', RoomId, UserId: 'alice' };
      const told = async (eventId: number): Promise<(number | undefined)[]> => {
        const { Data } = await client.DescribeUserEvent(who);
        const content = Data[0]?.Content ?? [];
        return content.flatMap(({ EventId, ParamOne }) => (EventId === eventId ? [ParamOne] : []));
      };
      await until('both permissions are missed', async () => (await told(EVENT.denied)).length >= 2, {
        timeoutMs: 20_000,
      });
      expect(await told(EVENT.denied)).toEqual([DENIED.microphone, DENIED.camera]);
      const network = await alice.page.evaluate(
        () => (navigator as { connection?: { type?: string } }).connection?.type,
      );
      expect(await told(EVENT.network)).toEqual(
        NETWORKS.flatMap(([type, number]) => (type === network ? number : [])),
      );
      expect(await told(EVENT.page)).toEqual([]);
      await alice.hide(1_000);
      await until('alice looks elsewhere', async () => (await told(EVENT.page)).length > 0, {
        timeoutMs: 20_000,
      });
      expect(await told(EVENT.page)).toEqual([1]);
    } finally {
      await browser.close();
    }
  });
});
