/**
 * How a stay ends, and what each audience sees of it: the one table of these numbers.
 *
 * - `exitRoom`: the victim's `onExitRoom` reason; null when its SDK gets none
 * - `error`: the victim's `onError` code before that
 * - `web`: the victim's KICKED_OUT reason in the v5 face
 * - `peers`: the others' `onRemoteUserLeaveRoom` reason; null when they are not told of a leave
 * - `callback`: Reason of the 104 event callback
 * - `terminal`: the stay can never be resumed or continued: a return gets this reason again. Otherwise the SDK may
 *   come back by itself as a continuation of the stay.
 *
 * docs/trtc.md 2.12, 2.14, 6.2 and 7.
 */
export interface LeaveReasonRow {
  readonly exitRoom: 0 | 1 | 2 | 3 | null;
  readonly error: number | null;
  readonly web: 'kick' | 'banned' | 'room_disband' | null;
  readonly peers: 0 | 1 | 2 | 3 | null;
  readonly callback: 1 | 2 | 3 | 4 | 5 | null;
  readonly terminal: boolean;
}

export const LEAVE_REASONS = {
  exited: { exitRoom: 0, error: null, web: null, peers: 0, callback: 1, terminal: true },
  removed: { exitRoom: 1, error: null, web: 'banned', peers: 2, callback: 3, terminal: true },
  dismissed: { exitRoom: 2, error: null, web: 'room_disband', peers: null, callback: 3, terminal: true },
  replaced: { exitRoom: 1, error: -102018, web: 'kick', peers: null, callback: 1, terminal: true },
  pageClosed: { exitRoom: null, error: null, web: null, peers: 0, callback: 1, terminal: true },
  processGone: { exitRoom: null, error: null, web: null, peers: 1, callback: 5, terminal: false },
  switchedRoom: { exitRoom: null, error: null, web: null, peers: 0, callback: 1, terminal: true },
  permissionLost: { exitRoom: 1, error: -100006, web: 'banned', peers: 2, callback: 3, terminal: true },
  serverStopping: { exitRoom: 3, error: null, web: null, peers: 1, callback: 2, terminal: false },
  timedOut: { exitRoom: null, error: null, web: null, peers: 1, callback: 2, terminal: false },
  roleChanged: { exitRoom: null, error: null, web: null, peers: 3, callback: null, terminal: false },
  crossRoomEnded: { exitRoom: null, error: null, web: null, peers: 0, callback: 4, terminal: true },
  protocolError: { exitRoom: 3, error: null, web: null, peers: 1, callback: 2, terminal: true },
  serverFault: { exitRoom: 3, error: null, web: null, peers: 1, callback: 2, terminal: true },
} as const satisfies Record<string, LeaveReasonRow>;

export type LeaveReason = keyof typeof LEAVE_REASONS;

export const LEAVE_REASON_NAMES = Object.keys(LEAVE_REASONS) as [LeaveReason, ...LeaveReason[]];
