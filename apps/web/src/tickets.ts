import { problemOf, type Problem } from './problem-words.ts';
import type { RoomName } from './room-name.ts';

const USER_ID_INVALID = -3319;
const NO_ANSWER = -3308;

/** What `enterRoom` needs to know who somebody is. */
export interface Ticket {
  readonly sdkAppId: number;
  readonly userSig: string;
  /** For the room that was asked for, where the application requires permission tickets. */
  readonly privateMapKey?: string;
}

/**
 * Where tickets come from: a server in development mode hands them out, any other needs one from the application's
 * own backend.
 */
export type TicketSource = 'development' | 'typed';

export type TicketAnswer =
  | { readonly kind: 'ticket'; readonly ticket: Ticket }
  | { readonly kind: 'failed'; readonly problem: Problem };

/** Asks the server once whether it is in development mode; no answer means no. */
export async function findTicketSource(fetcher: typeof fetch): Promise<TicketSource> {
  const answer = await requestTicket({ userId: 'probe' }, fetcher);
  return answer.kind === 'ticket' ? 'development' : 'typed';
}

/** A ticket of a server in development mode, for anywhere or with all that one room needs. Never rejects. */
export async function requestTicket(
  { userId, room }: { userId: string; room?: RoomName },
  fetcher: typeof fetch,
): Promise<TicketAnswer> {
  try {
    const query = new URLSearchParams({ userId });
    if (room?.kind === 'number') query.set('roomId', String(room.roomId));
    else if (room) query.set('strRoomId', room.strRoomId);
    const response = await fetcher(`/dev/usersig?${query.toString()}`);
    const body: unknown = await response.json();
    if (response.ok && isTicket(body)) {
      const { sdkAppId, userSig, privateMapKey } = body;
      return { kind: 'ticket', ticket: { sdkAppId, userSig, ...(privateMapKey ? { privateMapKey } : {}) } };
    }
    return {
      kind: 'failed',
      problem: response.status === 400 ? problemOf(USER_ID_INVALID, '') : noTicket(response),
    };
  } catch {
    return { kind: 'failed', problem: problemOf(NO_ANSWER, '') };
  }
}

function noTicket({ status }: Response): Problem {
  const advice = `The server answered HTTP ${status}. Is it still in development mode, and is this its own address?`;
  return { title: 'The server gave no ticket', advice };
}

function isTicket(value: unknown): value is Ticket {
  return (
    typeof value === 'object' &&
    value !== null &&
    'sdkAppId' in value &&
    typeof value.sdkAppId === 'number' &&
    'userSig' in value &&
    typeof value.userSig === 'string'
  );
}
