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
const EVENT = { microphone: 3001, picture: 4006, entered: 5001, left: 5002, role: 5003 } as const;
const MICROPHONE = { started: 0, muted: 1, unmuted: 3 } as const;
const PICTURE = { sent: 0, paused: 1 } as const;
const ROLE = { anchor: 20, audience: 21 } as const;

/** What history knows of a user, in the numbers of Tencent's table. */
export function toEventMessages(events: readonly PastEvent[]): readonly EventMessage[] {
  let spoke = false;
  return events.flatMap(({ at, kind, detail }) => {
    const message = (EventId: number, ParamOne: number, Type: EventMessage['Type'] = 0): EventMessage[] => [
      { Type, Time: at, EventId, ParamOne, ParamTwo: NONE },
    ];
    if (kind === 'entered') {
      spoke = false;
      return message(EVENT.entered, NONE);
    }
    if (kind === 'left') return message(EVENT.left, NONE);
    if (kind === 'role') return message(EVENT.role, detail === 'anchor' ? ROLE.anchor : ROLE.audience);
    const sends = kind === 'sending';
    if (!sends && kind !== 'silent') return [];
    if (detail !== 'audio')
      return message(EVENT.picture, sends ? PICTURE.sent : PICTURE.paused, detail === 'sub' ? 7 : 2);
    const began = sends && !spoke;
    spoke = true;
    if (began) return message(EVENT.microphone, MICROPHONE.started);
    return message(EVENT.microphone, sends ? MICROPHONE.unmuted : MICROPHONE.muted);
  });
}
