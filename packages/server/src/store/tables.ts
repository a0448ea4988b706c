/**
 * The tables, as both databases have them. A column is `text`, `bigint` (also for times, in milliseconds since the epoch), `integer`,
 * `double precision` or `ColumnTypes.bytes`; yes or no is an `integer`, JSON is `text`. The application knows them as string, number
 * and Buffer. U+0000, which not both can keep, becomes U+FFFD in a text.
 */
export interface Tables {
  endings: { session_id: string; reason: string; at: number };
  return_bars: { room: string; user_id: string; reason: string; at: number };
  secrets: { name: string; value: Buffer };
}
