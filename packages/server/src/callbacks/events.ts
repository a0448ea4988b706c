import { LEAVE_REASONS, TRTCRoleType, roomIdValue, type Role, type Source } from '@rotunda/protocol';
import {
  CallbackGroup,
  CallbackType,
  TerminalType,
  UserType,
  type CallbackEvent,
} from '@rotunda/protocol/callbacks';
import type { Happening, StayIdentity } from '../history/happenings.ts';

const STREAM_TYPES = {
  video: { sending: CallbackType.START_VIDEO, silent: CallbackType.STOP_VIDEO },
  audio: { sending: CallbackType.START_AUDIO, silent: CallbackType.STOP_AUDIO },
  sub: { sending: CallbackType.START_ASSIT, silent: CallbackType.STOP_ASSIT },
} as const satisfies Record<Source, object>;

/** What a backend is told of something that happened (docs/trtc.md 6.2), or null. */
export function callbackOf(happening: Happening): CallbackEvent | null {
  const room = roomFields(happening);
  const roomGroup = { EventGroupId: CallbackGroup.room } as const;
  switch (happening.type) {
    case 'roomCreated': {
      const info = { ...room, UserId: happening.userId };
      return { ...roomGroup, EventType: CallbackType.CREATE_ROOM, EventInfo: info };
    }
    case 'roomEnded':
      return { ...roomGroup, EventType: CallbackType.DISMISS_ROOM, EventInfo: room };
    case 'entered': {
      const { stay, client, reason: Reason } = happening;
      if (Reason === 'continued') return null;
      const { terminal, userType } = client ?? UNKNOWN_CLIENT;
      const kind = { TerminalType: terminal, UserType: userType };
      const info = { ...room, ...userFields(stay), ...kind, Reason };
      return { ...roomGroup, EventType: CallbackType.ENTER_ROOM, EventInfo: info };
    }
    case 'left': {
      const { stay, reason } = happening;
      const Reason = reason === 'continued' ? null : LEAVE_REASONS[reason].callback;
      if (Reason === null) return null;
      const info = { ...room, ...userFields(stay), Reason };
      return { ...roomGroup, EventType: CallbackType.EXIT_ROOM, EventInfo: info };
    }
    case 'roleChanged': {
      const info = { ...room, ...userFields(happening.stay) };
      return { ...roomGroup, EventType: CallbackType.CHANGE_ROLE, EventInfo: info };
    }
    case 'observed':
      return null;
    case 'stopped':
      // The stop was told when it was muted.
      return happening.muted ? null : streamEvent({ ...happening, type: 'silent' }, room);
    default:
      return streamEvent(happening, room);
  }
}

const UNKNOWN_CLIENT = { terminal: TerminalType.other, userType: UserType.webRtc } as const;
/** TRTC's sample of a stop has this Reason, without saying what it means. */
const STOP_REASON = 0;

function streamEvent(
  { type, stay, source }: Extract<Happening, { type: 'sending' | 'silent' }>,
  room: ReturnType<typeof roomFields>,
): CallbackEvent {
  const info = { ...room, UserId: stay.userId };
  const group = { EventGroupId: CallbackGroup.media } as const;
  if (type === 'sending') return { ...group, EventType: STREAM_TYPES[source].sending, EventInfo: info };
  const EventInfo = { ...info, Reason: STOP_REASON };
  return { ...group, EventType: STREAM_TYPES[source].silent, EventInfo };
}

function roomFields({ key, at }: Happening) {
  return { RoomId: roomIdValue(key), EventTs: Math.floor(at / 1000), EventMsTs: at };
}

function userFields({ userId, role }: StayIdentity) {
  return { UserId: userId, Role: roleNumber(role) };
}

function roleNumber(role: Role): TRTCRoleType {
  return role === 'anchor' ? TRTCRoleType.TRTCRoleAnchor : TRTCRoleType.TRTCRoleAudience;
}
