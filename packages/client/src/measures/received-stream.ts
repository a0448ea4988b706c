import type { Layer, Source } from '@rotunda/protocol';

/** A stream that is being received, and whose. */
export interface ReceivedStream {
  readonly consumerId: string;
  readonly userId: string;
  readonly source: Source;
  readonly layer: Layer;
}
