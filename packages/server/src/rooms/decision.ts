import type { TRTCErrorName } from '@rotunda/protocol';
import type { Decision, RoomEvent } from './model.ts';

export const nothing: Decision = { ok: true, events: [] };

export function accept(events: readonly RoomEvent[]): Decision {
  return { ok: true, events };
}

export function refuse(error: TRTCErrorName): Decision {
  return { ok: false, refusal: { error } };
}
