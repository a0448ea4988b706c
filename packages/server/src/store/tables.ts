/**
 * The tables, as both databases have them. A column is `text`, `bigint` (also for times, in milliseconds since the epoch), `integer`,
 * `double precision` or `ColumnTypes.bytes`; yes or no is an `integer`, JSON is `text`. The application knows them as string, number
 * and Buffer. U+0000, which not both can keep, becomes U+FFFD in a text.
 */
export interface Tables {
  endings: { session_id: string; reason: string; at: number };
  return_bars: { room: string; user_id: string; reason: string; at: number };
  secrets: { name: string; value: Buffer };
  quality_samples: QualityTable;
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
