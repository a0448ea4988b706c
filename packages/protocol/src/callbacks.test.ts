import { describe, expect, it } from 'vitest';
import { CallbackType, readCallback, signBody } from './callbacks.ts';

const room = { RoomId: 8489, EventTs: 1_664_209_748, EventMsTs: 1_664_209_748_180 };
const enter = {
  EventGroupId: 1,
  EventType: CallbackType.ENTER_ROOM,
  CallbackTs: 1_664_209_748_188,
  EventInfo: { ...room, UserId: 'ann', Role: 20, TerminalType: 100, UserType: 1, Reason: 1 },
};

describe('readCallback', () => {
  it('takes what TRTC sends, with fields that it has added since', () => {
    expect(readCallback(enter)).toEqual(enter);
    const stop = { ...enter, EventGroupId: 2, EventType: 204 };
    const sample = { ...stop, EventInfo: { ...room, UserId: 'user_85034614', Reason: 0, New: 'field' } };
    expect(readCallback(sample)).toEqual(sample);
  });

  it('keeps the type of the room id', () => {
    const named = { ...enter, EventInfo: { ...enter.EventInfo, RoomId: '8489' } };
    expect(readCallback(named)?.EventInfo.RoomId).toBe('8489');
    expect(readCallback(enter)?.EventInfo.RoomId).toBe(8489);
  });

  it('refuses what is none of the events', () => {
    expect(readCallback(null)).toBeNull();
    expect(readCallback({ ...enter, EventType: 301 })).toBeNull();
    expect(readCallback({ ...enter, EventInfo: { ...enter.EventInfo, Role: 22 } })).toBeNull();
    expect(readCallback({ ...enter, EventInfo: { ...enter.EventInfo, UserId: undefined } })).toBeNull();
  });
});

it('signs Tencent’s own sample as Tencent does', () => {
  const body =
    '{\n\t"EventGroupId":\t2,\n\t"EventType":\t204,\n\t"CallbackTs":\t1664209748188,\n\t"EventInfo":\t{\n\t\t"RoomId":\t8489,\n\t\t"EventTs":\t1664209748,\n\t\t"EventMsTs":\t1664209748180,\n\t\t"UserId":\t"user_85034614",\n\t\t"Reason":\t0\n\t}\n}';
  expect(signBody('123654', Buffer.from(body))).toBe('kkoFeO3Oh2ZHnjtg8tEAQhtXK16/KI05W3BQff8IvGA=');
});
