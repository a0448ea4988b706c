import type { LeaveReason } from '@rotunda/protocol';
import type { EventRecord, HistoryBatch } from '../store/history-port.ts';
import type { NewCallback } from '../store/outbox-port.ts';
import type { Happening } from './happenings.ts';

/** What a backend is to be told of something that happened; null for nothing. */
export type ToCallback = (happening: Happening) => NewCallback | null;

/** What is written of things that happened, in their order. */
export function toBatch(happenings: readonly Happening[], toCallback: ToCallback): HistoryBatch {
  return {
    rooms: happenings.flatMap((it) => {
      if (it.type !== 'roomCreated') return [];
      const { incarnation, key, scene, userId: createdBy, at: createdAt } = it;
      return { incarnation, key, scene, createdBy, createdAt };
    }),
    stays: happenings.flatMap((it) => (it.type === 'entered' ? stayRecord(it) : [])),
    roles: happenings.flatMap((it) => {
      if (it.type !== 'roleChanged') return [];
      return { incarnation: it.incarnation, sessionId: it.stay.stayId, role: it.stay.role };
    }),
    stayEnds: happenings.flatMap((it) => (it.type === 'left' ? stayEnd(it) : [])),
    roomEnds: happenings.flatMap(({ type, incarnation, at }) =>
      type === 'roomEnded' ? { incarnation, at } : [],
    ),
    versions: new Map(
      happenings.flatMap(({ incarnation, version }) => (version === null ? [] : [[incarnation, version]])),
    ),
    events: happenings.map(eventRecord),
    callbacks: happenings.flatMap((it) => toCallback(it) ?? []),
  };
}

function stayRecord(happening: Extract<Happening, { type: 'entered' }>): HistoryBatch['stays'][number] {
  const { incarnation, stay, client, reason, at } = happening;
  return {
    incarnation,
    sessionId: stay.stayId,
    userId: stay.userId,
    role: stay.role,
    enterReason: String(reason),
    enteredAt: at,
    address: client?.address ?? null,
    device: client?.device ?? null,
    sdkVersion: client?.sdkVersion ?? null,
    terminal: client?.terminal ?? null,
    userType: client?.userType ?? null,
  };
}

function stayEnd(happening: Extract<Happening, { type: 'left' }>): {
  incarnation: string;
  sessionId: string;
  at: number;
  reason: LeaveReason | 'continued';
} {
  const { incarnation, stay, at, reason } = happening;
  return { incarnation, sessionId: stay.stayId, at, reason };
}

function eventRecord(happening: Happening): EventRecord {
  const { id, incarnation, at } = happening;
  const what = describe(happening);
  if (happening.type === 'roomCreated')
    return { id, incarnation, sessionId: null, userId: happening.userId, at, ...what };
  if (happening.type === 'roomEnded') return { id, incarnation, sessionId: null, userId: null, at, ...what };
  const { stayId: sessionId, userId } = happening.stay;
  return { id, incarnation, sessionId, userId, at, ...what };
}

function describe(happening: Happening): Pick<EventRecord, 'kind' | 'detail'> {
  switch (happening.type) {
    case 'roomCreated':
      return { kind: 'created', detail: null };
    case 'roomEnded':
      return { kind: 'ended', detail: null };
    case 'entered':
    case 'left':
      return { kind: happening.type, detail: String(happening.reason) };
    case 'roleChanged':
      return { kind: 'role', detail: happening.stay.role };
    case 'observed':
      return happening.observation;
    default:
      return { kind: happening.type, detail: happening.source };
  }
}
