import type { LeaveReason, Role, RoomKind } from '@rotunda/protocol';

/**
 * The tables, as both databases have them. A column is `text`, `bigint` (also for times, in milliseconds since the epoch), `integer`,
 * `double precision` or `ColumnTypes.bytes`; yes or no is an `integer`, JSON is `text`. The application knows them as string, number
 * and Buffer. U+0000, which not both can keep, becomes U+FFFD in a text.
 */
export interface Tables {
  endings: {
    session_id: string;
    reason: string;
    message: string | null;
    room_id: string | null;
    at: number;
  };
  return_bars: { room: string; user_id: string; reason: string; message: string | null; at: number };
  entry_blocks: {
    sdk_app_id: number;
    /** `any` with an empty id: every room of the application. */
    room_kind: 'number' | 'string' | 'any';
    room_id: string;
    user_id: string;
    until: number;
    message: string;
  };
  /** What holds for stays, for their returns. */
  kept_stays: {
    session_id: string;
    audio_blocked: number;
    video_blocked: number;
    privileges: number | null;
    at: number;
  };
  secrets: { name: string; value: Buffer };
  rooms: RoomTable;
  stays: StayTable;
  room_events: EventTable;
  outbox: OutboxTable;
  counters: { name: string; value: number };
  /** Processes of the server, one per start. */
  nodes: { node_id: string; seen_at: number };
  quality_samples: QualityTable;
}

/** Lives of rooms. */
interface RoomTable {
  incarnation: string;
  /** The process that wrote it. */
  node_id: string;
  sdk_app_id: number;
  kind: RoomKind;
  /** As text, whatever its kind. */
  room_id: string;
  scene: number;
  created_by: string;
  created_at: number;
  ended_at: number | null;
  /** The last version of the log that was taken. */
  version: number;
}

interface StayTable {
  incarnation: string;
  /** That of a guest from another room: `<session>@<version of this room>`. */
  session_id: string;
  node_id: string;
  user_id: string;
  /** Of the last moment. */
  role: Role;
  /** Reason of 103, or `continued`: it goes on from the stay that was left for that reason. */
  enter_reason: string;
  entered_at: number;
  left_at: number | null;
  reason: LeaveReason | 'continued' | null;
  client_ip: string | null;
  device_type: string | null;
  sdk_version: string | null;
  /** As 103 has them; null for guests. */
  terminal_type: number | null;
  user_type: number | null;
}

interface EventTable {
  id: string;
  incarnation: string;
  session_id: string | null;
  user_id: string | null;
  at: number;
  /** `created`, `ended`, `entered`, `left`, `role`, `sending`, `silent` (muted) or `stopped`. */
  kind: string;
  /** Reason, role or source. */
  detail: string | null;
}

/** Callbacks that wait for delivery, and dead letters. */
interface OutboxTable {
  id: string;
  position: number;
  sdk_app_id: number;
  room: string;
  version: number | null;
  at: number;
  event: string;
  dead_at: number | null;
  attempts: number;
  error: string | null;
}

/** What stays were like, some seconds per row. */
interface QualityTable {
  incarnation: string;
  session_id: string;
  at: number;
  sdk_app_id: number;
  /** As text, whatever its kind. */
  room_id: string;
  /** How much was measured, in milliseconds. */
  span: number;
  rtt: number;
  /** Of all pictures that were received. */
  pixels: number;
  /** Milliseconds of all sound and pictures that were received, and how much of it stood still. */
  sound_span: number;
  sound_blocked: number;
  picture_span: number;
  picture_blocked: number;
  /** `StreamQuality[]` as JSON. */
  streams: string;
}
