import type { Source } from '@rotunda/protocol';

/** One published stream. `streamId` is new for each publication. */
export interface Stream {
  readonly source: Source;
  readonly streamId: string;
  /** By its publisher. */
  readonly muted: boolean;
  /** By a backend; says nothing about {@link muted}. */
  readonly blocked: boolean;
}

/** As its publisher means it. */
export type OwnStream = Omit<Stream, 'blocked'>;

/** For everybody else a stream that is blocked is one that is muted. */
export function asSeen({ source, streamId, muted, blocked }: Stream): OwnStream {
  return { source, streamId, muted: muted || blocked };
}
