import { LEAVE_REASON_NAMES, LEAVE_REASONS } from '@rotunda/protocol';
import { readCallback } from '@rotunda/protocol/callbacks';
import { describe, expect, it } from 'vitest';
import type { Happening } from '../history/happenings.ts';
import { BROWSER } from '../rooms/room.contract.ts';
import { callbackOf } from './events.ts';

const base = {
  id: 'any',
  key: { sdkAppId: 1, kind: 'number', id: '4294967294' },
  incarnation: 'one',
  version: 1,
  at: 1_664_209_748_999,
} as const;
const room = { RoomId: 4_294_967_294, EventTs: 1_664_209_748, EventMsTs: 1_664_209_748_999 };
const stay = { stayId: 's1', userId: 'ann', role: 'audience' } as const;

const SAMPLES: [Partial<Happening>, object][] = [
  [
    { type: 'roomCreated', userId: 'ann', scene: 0 },
    { EventType: 101, EventInfo: { ...room, UserId: 'ann' } },
  ],
  [{ type: 'roomEnded' }, { EventType: 102, EventInfo: room }],
  [
    { type: 'entered', stay, client: { ...BROWSER, terminal: 4, userType: 3 }, reason: 3 },
    {
      EventType: 103,
      EventInfo: { ...room, UserId: 'ann', Role: 21, TerminalType: 4, UserType: 3, Reason: 3 },
    },
  ],
  [
    { type: 'entered', stay, client: null, reason: 4 },
    {
      EventType: 103,
      EventInfo: { ...room, UserId: 'ann', Role: 21, TerminalType: 100, UserType: 1, Reason: 4 },
    },
  ],
  [
    { type: 'left', stay: { ...stay, role: 'anchor' }, reason: 'removed' },
    { EventType: 104, EventInfo: { ...room, UserId: 'ann', Role: 20, Reason: 3 } },
  ],
  [
    { type: 'roleChanged', stay },
    { EventType: 105, EventInfo: { ...room, UserId: 'ann', Role: 21 } },
  ],
];

const STREAMS = [
  ['video', 201, 202],
  ['audio', 203, 204],
  ['sub', 205, 206],
] as const;

describe('what a backend is told', () => {
  it.each(SAMPLES)('of %j', (happening, event) => {
    const told = callbackOf({ ...base, ...happening } as Happening);
    expect(told).toEqual({ EventGroupId: 1, ...event });
    expect(readCallback({ ...told, CallbackTs: 1 }), 'as its schema says').not.toBeNull();
  });

  it.each(STREAMS)('of %s', (source, start, stop) => {
    const info = { ...room, UserId: 'ann' };
    expect(callbackOf({ ...base, type: 'sending', stay, source })).toEqual({
      EventGroupId: 2,
      EventType: start,
      EventInfo: info,
    });
    expect(callbackOf({ ...base, type: 'silent', stay, source })).toEqual({
      EventGroupId: 2,
      EventType: stop,
      EventInfo: { ...info, Reason: 0 },
    });
  });

  it('has the room id in the type of the client', () => {
    const key = { sdkAppId: 1, kind: 'string', id: '7' } as const;
    expect(callbackOf({ ...base, key, type: 'roomEnded' })?.EventInfo.RoomId).toBe('7');
  });

  it.each(LEAVE_REASON_NAMES)('of a leave for the reason %s is in the one table', (reason) => {
    const told = callbackOf({ ...base, type: 'left', stay, reason });
    const Reason = LEAVE_REASONS[reason].callback;
    if (Reason === null) expect(told).toBeNull();
    else expect(told?.EventInfo).toMatchObject({ Reason });
  });

  it('is nothing of a stay that goes on as another', () => {
    expect(callbackOf({ ...base, type: 'left', stay, reason: 'continued' })).toBeNull();
    expect(callbackOf({ ...base, type: 'entered', stay, client: null, reason: 'continued' })).toBeNull();
  });
});
