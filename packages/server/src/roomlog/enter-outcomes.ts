import type { OpenRoom } from '../rooms/model.ts';
import type { EnterOutcome } from './membership-port.ts';

export const enterFailed: EnterOutcome = { ok: false, refusal: { error: 'ERR_ROOM_ENTER_FAIL' } };
export const stayIsOver: EnterOutcome = { ok: false, refusal: { error: 'ERR_ROOM_NOT_EXIST' } };
export const replacedByOther: EnterOutcome = { ok: false, refusal: { error: 'ERR_ROOM_USER_WAS_DELETED' } };

export function entered(room: OpenRoom): EnterOutcome {
  return { ok: true, room, incarnation: room.incarnation };
}
