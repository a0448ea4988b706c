import { LEAVE_REASONS, type LeaveReason } from '@rotunda/protocol';
import { EnterReason } from '@rotunda/protocol/callbacks';
import type { PastEvent } from '../../store/past-port.ts';

/** One event of DescribeUserEvent (docs/trtc.md 5.6). */
export interface EventMessage {
  /** 0: not about a picture; 2: of the big one; 7: of the screen. */
  readonly Type: 0 | 2 | 7;
  /** Milliseconds since the epoch. */
  readonly Time: number;
  readonly EventId: number;
  readonly ParamOne: number;
  readonly ParamTwo: number;
}

const NONE = -1;
/** Of Tencent's table; a change of role is not in it. */
const EVENT = {
  network: 1003,
  page: 2001,
  denied: 2002,
  microphone: 3001,
  picture: 4006,
  entered: 7000,
  left: 7001,
  role: 9001,
} as const;
const ENTERED = { first: 0, again: 1 } as const;
/** By the reason that 104 has: by itself 0, timed out 1, removed 2. */
const LEFT = { 1: 0, 2: 1, 3: 2, 4: 0, 5: 1 } as const;
const MICROPHONE = { started: 0, muted: 1, stopped: 2, unmuted: 3 } as const;
const PICTURE = { sent: 0, paused: 1 } as const;
const PAGE = { shown: 0, hidden: 1 } as const;
const NETWORK = { wifi: 1, '4g': 2, '3g': 3, '2g': 4, wired: 5 } as const;
const DENIED = { audio: 4, video: 5 } as const;
/** What the client said of where it ran: kind -> event, detail -> parameter. */
const OBSERVED: Readonly<
  Record<string, { readonly event: number; readonly of: Readonly<Record<string, number>> }>
> = {
  page: { event: EVENT.page, of: PAGE },
  network: { event: EVENT.network, of: NETWORK },
  denied: { event: EVENT.denied, of: DENIED },
};
const ROLE = { anchor: 20, audience: 21 } as const;

/** What history knows of a user, in the numbers of Tencent's table. */
export function toEventMessages(events: readonly PastEvent[]): readonly EventMessage[] {
  /** Of each source that is open, whether media comes from it. */
  const streams = new Map<string, 'sending' | 'silent'>();
  return events.flatMap(({ at, kind, detail }) => {
    const message = (EventId: number, ParamOne: number, Type: EventMessage['Type'] = 0): EventMessage[] => [
      { Type, Time: at, EventId, ParamOne, ParamTwo: NONE },
    ];
    if (kind === 'entered') {
      streams.clear();
      const again = detail === 'continued' || detail === String(EnterReason.timeoutRetry);
      return message(EVENT.entered, again ? ENTERED.again : ENTERED.first);
    }
    // The stay goes on as the one that is entered next.
    if (kind === 'left') return detail === 'continued' ? [] : message(EVENT.left, howLeft(detail));
    if (kind === 'role') return message(EVENT.role, detail === 'anchor' ? ROLE.anchor : ROLE.audience);
    const observed = OBSERVED[kind];
    if (observed) return message(observed.event, observed.of[detail] ?? NONE);
    if (kind !== 'sending' && kind !== 'silent' && kind !== 'stopped') return [];
    const before = streams.get(detail);
    if (kind === 'stopped') streams.delete(detail);
    else streams.set(detail, kind);
    if (detail === 'audio') return message(EVENT.microphone, microphone(kind, before !== undefined));
    // A picture that is closed while it is paused stays away.
    if (kind !== 'sending' && before === 'silent') return [];
    return message(
      EVENT.picture,
      kind === 'sending' ? PICTURE.sent : PICTURE.paused,
      detail === 'sub' ? 7 : 2,
    );
  });
}

function microphone(kind: 'sending' | 'silent' | 'stopped', isOpen: boolean): number {
  if (kind === 'sending') return isOpen ? MICROPHONE.unmuted : MICROPHONE.started;
  return kind === 'silent' ? MICROPHONE.muted : MICROPHONE.stopped;
}

function howLeft(reason: string): number {
  const known = Object.hasOwn(LEAVE_REASONS, reason) ? LEAVE_REASONS[reason as LeaveReason].callback : null;
  return LEFT[known ?? 1];
}
