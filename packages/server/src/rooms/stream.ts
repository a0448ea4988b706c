import type { Source } from '@rotunda/protocol';

/** One published stream. `streamId` is new for each publication. */
export interface Stream {
  readonly source: Source;
  readonly streamId: string;
  readonly muted: boolean;
}
