import { FakeClock } from '@rotunda/base';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { OpenDatabase } from '../../store/database.ts';
import { onBothDatabases } from '../../store/databases.contract.ts';
import { SqlPast } from '../../store/past.ts';
import { SqlQuality } from '../../store/quality.ts';
import { SdkAppId, codeOf, sdkClient, serveCloudApi, type ServedCloudApi } from '../served.contract.ts';
import { DAY, HOUR, MIDNIGHT, MINUTE, NOON, remember, seconds } from './remembered.contract.ts';

let database: OpenDatabase;
let clock: FakeClock;
let served: ServedCloudApi;

/** The SDK signs with the system's time. */
function advance(ms: number): void {
  clock.advance(ms);
  vi.useFakeTimers({ toFake: ['Date'], now: clock.now() });
}

const call = { SdkAppId, CommId: `${SdkAppId}_100_${seconds(NOON)}` };
const hour = { StartTime: seconds(NOON), EndTime: seconds(NOON + HOUR) };

onBothDatabases((place) => {
  beforeEach(async () => {
    clock = new FakeClock();
    await place.clear();
    database = await place.open();
    const past = new SqlPast(database.past);
    const quality = new SqlQuality(database);
    served = await serveCloudApi({ clock, past: { past, quality, keptMs: 14 * DAY } });
    await remember(database);
    advance(NOON + 2 * HOUR - clock.now());
  });
  afterEach(async () => {
    vi.useRealTimers();
    await served.close();
    await database.close();
  });

  describe('monitoring', () => {
    it('DescribeRoomInfo lists rooms, the newest first, page by page', async () => {
      const client = sdkClient(served.endpoint);
      const both = await client.DescribeRoomInfo({
        SdkAppId,
        StartTime: seconds(NOON),
        EndTime: seconds(NOON + 2 * HOUR),
      });
      expect(both.Total).toBe(2);
      expect(both.RoomList).toEqual([
        {
          CommId: `${SdkAppId}_stand_up, daily_${seconds(NOON + HOUR)}`,
          RoomString: 'stand_up, daily',
          CreateTime: seconds(NOON + HOUR),
          DestroyTime: seconds(clock.now()),
          IsFinished: false,
          UserId: 'cid',
        },
        {
          CommId: call.CommId,
          RoomString: '100',
          CreateTime: seconds(NOON),
          DestroyTime: seconds(NOON + HOUR),
          IsFinished: true,
          UserId: 'ann',
        },
      ]);
      const day = { SdkAppId, StartTime: seconds(NOON - HOUR), EndTime: seconds(NOON + 2 * HOUR) };
      const second = await client.DescribeRoomInfo({ ...day, PageNumber: 1, PageSize: 1 });
      expect([second.Total, second.RoomList?.map(({ RoomString }) => RoomString)]).toEqual([2, ['100']]);
      const one = await client.DescribeRoomInfo({ ...day, RoomId: '100' });
      expect(one.RoomList).toHaveLength(1);
      const before = { SdkAppId, StartTime: seconds(NOON - HOUR), EndTime: seconds(NOON - MINUTE) };
      expect((await client.DescribeRoomInfo(before)).RoomList).toEqual([]);
    });

    it('DescribeUserInfo lists the stays of a call', async () => {
      const client = sdkClient(served.endpoint);
      const all = await client.DescribeUserInfo({ ...call, ...hour });
      expect(all.Total).toBe(3);
      expect(all.UserList?.[0]).toEqual({
        RoomStr: '100',
        UserId: 'ann',
        JoinTs: seconds(NOON),
        LeaveTs: seconds(NOON + HOUR),
        DeviceType: 'a browser',
        SdkVersion: '0.1.0',
        ClientIp: '10.0.0.7',
        Finished: true,
      });
      const ben = await client.DescribeUserInfo({
        ...call,
        ...hour,
        UserIds: ['ben'],
        PageNumber: 0,
        PageSize: 1,
      });
      expect([ben.Total, ben.UserList?.map(({ UserId }) => UserId)]).toEqual([2, ['ben']]);
      const other = { SdkAppId, CommId: `${SdkAppId}_stand_up, daily_${seconds(NOON + HOUR)}` };
      const period = { StartTime: seconds(NOON + HOUR), EndTime: seconds(NOON + 2 * HOUR) };
      const guests = await client.DescribeUserInfo({ ...other, ...period });
      expect(guests.UserList?.map(({ UserId, Finished }) => [UserId, Finished])).toEqual([['cid', false]]);
    });

    it('DescribeCallDetailInfo tells how it was, of what is asked for', async () => {
      const client = sdkClient(served.endpoint);
      const only = await client.DescribeCallDetailInfo({ ...call, ...hour });
      expect([only.Total, only.UserList?.length, only.Data]).toEqual([3, 3, []]);
      const bits = await client.DescribeCallDetailInfo({
        ...call,
        ...hour,
        DataType: ['aBit', 'bigvBlock', 'rtt'],
      });
      const at = seconds(NOON + 10 * MINUTE);
      expect(bits.Data).toEqual([
        {
          UserId: 'ann',
          PeerId: '',
          DataType: 'rtt',
          Content: [
            { Time: at, Value: 30 },
            { Time: at + 10, Value: 30 },
          ],
        },
        { UserId: 'ann', PeerId: '', DataType: 'aBit', Content: [{ Time: at, Value: 32_000 }] },
        { UserId: 'ann', PeerId: 'ben', DataType: 'bigvBlock', Content: [{ Time: at, Value: 2_500 }] },
        { UserId: 'ann', PeerId: 'ben', DataType: 'aBit', Content: [{ Time: at + 10, Value: 32_000 }] },
        { UserId: 'ben', PeerId: '', DataType: 'rtt', Content: [{ Time: at, Value: 30 }] },
        { UserId: 'ben', PeerId: 'ann', DataType: 'bigvBlock', Content: [{ Time: at, Value: 0 }] },
      ]);
      const all = await client.DescribeCallDetailInfo({
        ...call,
        ...hour,
        UserIds: ['ben'],
        DataType: ['all'],
      });
      expect(all.Data?.map(({ DataType }) => DataType).toSorted()).toEqual([
        'bigvBit',
        'bigvBlock',
        'bigvDecFps',
        'bigvHeight',
        'bigvLoss',
        'bigvRecFps',
        'bigvWidth',
        'rtt',
      ]);
    });

    it('DescribeUserEvent tells what a user did, in the numbers of the official table', async () => {
      const { Data } = await sdkClient(served.endpoint).DescribeUserEvent({
        ...call,
        ...hour,
        UserId: 'ann',
        RoomId: '100',
      });
      const content = Data[0]?.Content?.map(({ Type, Time, EventId, ParamOne }) => [
        Time! - NOON,
        Type,
        EventId,
        ParamOne,
      ]);
      expect(content).toEqual([
        [0, 0, 7000, 0],
        [1_000, 0, 3001, 0],
        [2_000, 2, 4006, 0],
        [3_000, 0, 3001, 1],
        [4_000, 0, 3001, 3],
        [5_000, 7, 4006, 0],
        [6_000, 0, 3001, 2],
        [7_000, 0, 3001, 0],
        [8_000, 2, 4006, 1],
        [10_000, 7, 4006, 1],
        [11_000, 0, 7000, 1],
        [12_000, 0, 3001, 0],
        [13_000, 0, 7001, 1],
        [14_000, 0, 7000, 1],
        [15_000, 0, 1003, 1],
        [16_000, 0, 1003, 5],
        [17_000, 0, 2001, 1],
        [18_000, 0, 2001, 0],
        [19_000, 0, 2002, 4],
        [20_000, 0, 2002, 5],
        [HOUR, 0, 7001, 0],
      ]);
      const nobody = { ...call, ...hour, UserId: 'nobody', RoomId: '100' };
      expect((await sdkClient(served.endpoint).DescribeUserEvent(nobody)).Data).toEqual([]);
    });

    it('DescribeScaleInfo counts days', async () => {
      const period = { StartTime: seconds(MIDNIGHT - DAY), EndTime: seconds(NOON + 2 * HOUR) };
      const { Total, ScaleList } = await sdkClient(served.endpoint).DescribeScaleInfo({
        SdkAppId,
        ...period,
      });
      expect(Total).toBe(2);
      expect(ScaleList).toEqual([
        { Time: seconds(MIDNIGHT - DAY), UserNumber: 0, UserCount: 0, RoomNumbers: 0 },
        { Time: seconds(MIDNIGHT), UserNumber: 3, UserCount: 4, RoomNumbers: 2 },
      ]);
    });

    it('DescribeUnusualEvent tells of what stood still, from whom, and why', async () => {
      const client = sdkClient(served.endpoint);
      const { Total, AbnormalExperienceList } = await client.DescribeUnusualEvent({ SdkAppId, ...hour });
      const at = seconds(NOON + 10 * MINUTE);
      const who = { UserId: 'ann', RoomId: '100' };
      expect(Total).toBe(2);
      expect(AbnormalExperienceList).toEqual([
        {
          ...who,
          ExperienceId: 1,
          EventTime: at,
          AbnormalEventList: [{ AbnormalEventId: 0, PeerId: 'ben' }],
        },
        {
          ...who,
          ExperienceId: 2,
          EventTime: at + 10,
          AbnormalEventList: [{ AbnormalEventId: 1, PeerId: 'ben' }],
        },
      ]);
      const elsewhere = await client.DescribeUnusualEvent({ SdkAppId, ...hour, RoomId: '101' });
      expect(elsewhere.AbnormalExperienceList).toEqual([]);
    });
  });

  describe('real-time data', () => {
    const period = {
      SdkAppId: String(SdkAppId),
      StartTime: seconds(NOON + 9 * MINUTE),
      EndTime: seconds(NOON + 11 * MINUTE),
    };

    it('DescribeTRTCRealTimeScaleData counts users and rooms by minute', async () => {
      const { Data } = await sdkClient(served.endpoint).DescribeTRTCRealTimeScaleData(period);
      const at = seconds(NOON + 9 * MINUTE);
      expect(Data).toMatchObject({
        StatementID: 0,
        Total: 1,
        Series: [{ Columns: ['time', 'userCount', 'roomCount'] }],
      });
      expect(Data?.Series?.[0]?.Values?.slice(0, 2).map(({ RowValue }) => RowValue)).toEqual([
        [at, 1, 1],
        [at + 60, 2, 1],
      ]);
      const none = await sdkClient(served.endpoint).DescribeTRTCRealTimeScaleData({ ...period, RoomId: 'x' });
      expect(none.Data?.Series?.[0]?.Values?.[1]?.RowValue).toEqual([at + 60, 0, 0]);
    });

    it('DescribeTRTCRealTimeQualityData tells which part stood still, in percent', async () => {
      const { Data } = await sdkClient(served.endpoint).DescribeTRTCRealTimeQualityData(period);
      expect(Data?.Series?.[0]?.Columns).toEqual(['time', 'videoFreezeRate', 'audioFreezeRate']);
      expect(Data?.Series?.[0]?.Values?.map(({ RowValueFloat }) => RowValueFloat?.slice(1))).toEqual([
        [0, 0],
        [12.5, 10],
        [0, 0],
      ]);
    });
  });

  describe('usage', () => {
    it('DescribeTrtcUsage sums minutes by what was received, in steps of five minutes for a day', async () => {
      const client = sdkClient(served.endpoint);
      const day = await client.DescribeTrtcUsage({
        SdkAppId,
        StartTime: '2026-03-10',
        EndTime: '2026-03-10',
      });
      expect(day.UsageKey).toEqual(['Audio', 'SD', 'HD', 'FullHD', '2K', '4K']);
      expect(day.UsageList).toHaveLength(288);
      const tenPast = day.UsageList?.find(({ TimeKey }) => TimeKey === '2026-03-10 12:10:00');
      expect(tenPast).toEqual({
        TimeKey: '2026-03-10 12:10:00',
        TimeStampKey: seconds(NOON + 10 * MINUTE),
        UsageValue: [9.67, 0.17, 0.17, 0, 0, 0],
      });
      const days = await client.DescribeTrtcUsage({ StartTime: '2026-03-09', EndTime: '2026-03-10' });
      expect(days.UsageList?.map(({ TimeKey, UsageValue }) => [TimeKey, UsageValue])).toEqual([
        ['2026-03-09 00:00:00', [0, 0, 0, 0, 0, 0]],
        ['2026-03-10 00:00:00', [139.67, 0.17, 0.17, 0, 0, 0]],
      ]);
    });

    it('DescribeTrtcRoomUsage has a line for each room, in seconds', async () => {
      const { Data } = await sdkClient(served.endpoint).DescribeTrtcRoomUsage({
        SdkAppid: SdkAppId,
        StartTime: '2026-03-10 12:00',
        EndTime: '2026-03-10 13:30',
      });
      expect(Data?.split('\n')).toEqual([
        'RoomId,Audio,SD,hd,FullHD,2K,4K',
        '100,4780,10,10,0,0,0',
        '"stand_up, daily",1800,0,0,0,0,0',
        '',
      ]);
    });

    it('is told once in 15 seconds by room', async () => {
      const ask = (): Promise<string> =>
        codeOf(
          sdkClient(served.endpoint).DescribeTrtcRoomUsage({
            SdkAppid: SdkAppId,
            StartTime: '2026-03-10 12:00',
            EndTime: '2026-03-10 13:30',
          }),
        );
      expect([await ask(), await ask()]).toEqual(['ok', 'RequestLimitExceeded']);
      advance(15_000);
      expect(await ask()).toBe('ok');
    });
  });
});
